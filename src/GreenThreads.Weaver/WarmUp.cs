using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver;

/// <summary>
/// Writes a small module to nowhere on another thread while the weaver reads: what the runtime does at the first call of a
/// method (loading its types, binding its native code, compiling what has none) has been done when the woven module is written.
/// </summary>
internal static class WarmUp
{
    /// <summary>Starts it. With one core there is nothing to win.</summary>
    public static void Start()
    {
        if (Environment.ProcessorCount > 1) _ = Task.Run(Write);
    }

    private static void Write()
    {
        using AssemblyDefinition assembly = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("WarmUp", new Version(1, 0)), "WarmUp", ModuleKind.Dll);
        ModuleDefinition module = assembly.MainModule;
        TypeReference list = new TypeReference("System.Collections.Generic", "List`1", module, module.TypeSystem.CoreLibrary);
        list.GenericParameters.Add(new GenericParameter(list));
        var strings = new GenericInstanceType(list) { GenericArguments = { module.TypeSystem.String } };
        var constructor = new MethodReference(".ctor", module.TypeSystem.Void, strings) { HasThis = true };
        var attribute = new MethodReference(".ctor", module.TypeSystem.Void, new TypeReference("System", "FlagsAttribute", module, module.TypeSystem.CoreLibrary)) { HasThis = true };

        var outer = new TypeDefinition("", "Outer", TypeAttributes.Class, module.TypeSystem.Object) { CustomAttributes = { new CustomAttribute(attribute) } };
        var inner = new TypeDefinition("", "Inner", TypeAttributes.NestedPrivate, module.TypeSystem.Object);
        module.Types.Add(outer);
        outer.NestedTypes.Add(inner);
        var field = new FieldDefinition("field", FieldAttributes.Private | FieldAttributes.Static, strings);
        inner.Fields.Add(field);
        var method = new MethodDefinition("Method", MethodAttributes.Static, module.TypeSystem.Int32);
        method.Parameters.Add(new ParameterDefinition("parameter", ParameterAttributes.None, new ByReferenceType(module.TypeSystem.Int32)));
        outer.Methods.Add(method);

        MethodBody body = method.Body;
        body.Variables.Add(new VariableDefinition(module.TypeSystem.Int32));
        ILProcessor il = body.GetILProcessor();
        Instruction end = il.Create(OpCodes.Ldloc_0);
        Instruction handler = il.Create(OpCodes.Pop);
        Instruction start = il.Create(OpCodes.Newobj, constructor);
        il.Append(start);
        il.Emit(OpCodes.Stsfld, field);
        il.Emit(OpCodes.Ldstr, "text");
        il.Emit(OpCodes.Castclass, strings);
        il.Emit(OpCodes.Brtrue_S, handler);
        il.Emit(OpCodes.Leave_S, end);
        il.Append(handler);
        il.Emit(OpCodes.Leave, end);
        il.Append(end);
        il.Emit(OpCodes.Ret);
        body.ExceptionHandlers.Add(new ExceptionHandler(ExceptionHandlerType.Catch)
        {
            TryStart = start, TryEnd = handler, HandlerStart = handler, HandlerEnd = end, CatchType = module.TypeSystem.Object,
        });
        module.Write(Stream.Null, new WriterParameters { DeterministicMvid = true, Timestamp = 0 });
    }
}
