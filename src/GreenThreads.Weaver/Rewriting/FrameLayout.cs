using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>
/// The frame class of one method: fields for what its suspension points save, shared between points by type, and the
/// method that re-enters it. It is nested in the method's type, to see what the method sees, and has that type's and the method's
/// type parameters.
/// </summary>
internal sealed class FrameLayout
{
    private readonly ModuleDefinition _module;
    private readonly MethodDefinition _method;
    private readonly RuntimeTypes _runtime;
    private readonly Dictionary<(string Type, int Ordinal), FieldReference> _fields = [];
    private readonly List<TypeReference> _parameters = [];
    private TypeReference? _result;

    public FrameLayout(MethodDefinition method, RuntimeTypes runtime, int number)
    {
        _module = method.Module;
        _method = method;
        _runtime = runtime;
        TypeDefinition declaring = method.DeclaringType;
        Type = new TypeDefinition("", WovenNames.Frame(method, number),
            TypeAttributes.NestedAssembly | TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit, runtime.Frame);
        declaring.NestedTypes.Add(Type);
        WovenAssemblyMarks.AddCompilerGenerated(Type, _module);
        foreach (GenericParameter parameter in declaring.GenericParameters.Concat(method.GenericParameters)) _parameters.Add(CloneParameter(parameter));
        foreach ((GenericParameter from, int i) in declaring.GenericParameters.Concat(method.GenericParameters).Select((p, i) => (p, i)))
            GenericParameters.CopyConstraints(from, (GenericParameter)_parameters[i], InFrame);
        Instance = At(Type, declaring.GenericParameters.Concat<TypeReference>(method.GenericParameters));
        Body = AddBody();
    }

    /// <summary>The class.</summary>
    public TypeDefinition Type { get; }

    /// <summary>The class as the woven body names it.</summary>
    public TypeReference Instance { get; }

    /// <summary>The woven body: a static method, <c>this</c> first and the continuation last. Not written yet.</summary>
    public MethodDefinition Body { get; }

    /// <summary>The field of the receiver; null in static methods.</summary>
    public FieldReference? This { get; private set; }

    /// <summary>The frame class of a method as the caller of the method names it.</summary>
    /// <param name="type">The frame class.</param>
    /// <param name="callee">The method, instantiated as it is called.</param>
    public static TypeReference At(TypeReference type, MethodReference callee) =>
        At(type, (callee.DeclaringType is GenericInstanceType declaring ? declaring.GenericArguments : Enumerable.Empty<TypeReference>())
            .Concat(callee is GenericInstanceMethod method ? method.GenericArguments : []));

    /// <summary>Lets the class have instances: there is something to save.</summary>
    /// <param name="withReceiver">Whether they hold it.</param>
    public void AllowInstances(bool withReceiver)
    {
        Type.Attributes &= ~TypeAttributes.Abstract;
        TypeDefinition declaring = _method.DeclaringType;
        This = withReceiver && _method.HasThis && !declaring.IsValueType ? AddField("<>this", declaring.AsSelf()) : null;
        TypeReference result = InFrame(Body.ReturnType).Bare();
        if (result.MetadataType != MetadataType.Void && !result.IsByRefLike())
        {
            _result = result.IsObjectReference() ? _module.TypeSystem.Object : result;
            Type.BaseType = new GenericInstanceType(_runtime.FrameOfResult) { GenericArguments = { _result } };
        }
        AddConstructor();
    }

    /// <summary>The n-th field for values of the type.</summary>
    public FieldReference Field(TypeReference type, int ordinal)
    {
        (string, int) key = (type.FullName, ordinal);
        if (_fields.TryGetValue(key, out FieldReference? field)) return field;
        field = AddField($"s{_fields.Count}", type);
        _fields.Add(key, field);
        return field;
    }

    /// <summary>
    /// Emits what re-enters the method: calls the woven body with the saved receiver and default arguments. Where that takes no
    /// more room for arguments it jumps there, so that an exception on its way finds only the body.
    /// </summary>
    public void EmitResume()
    {
        var resume = new MethodDefinition(_result is null ? "Resume" : "Reenter",
            MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig, _result ?? _module.TypeSystem.Void);
        resume.Parameters.Add(new ParameterDefinition(_runtime.Continuation));
        Type.Methods.Add(resume);
        // left out of stack traces, see StubEmitter
        resume.ImplAttributes |= MethodImplAttributes.AggressiveInlining | MethodImplAttributes.NoInlining;
        ILProcessor il = resume.Body.GetILProcessor();
        resume.Body.InitLocals = true;
        if (This is not null)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldfld, OwnField(This));
        }
        else if (_method.HasThis)
        {
            // a struct's receiver is not used any more, otherwise the caller repeats the call
            if (_method.DeclaringType.IsValueType)
            {
                il.Emit(OpCodes.Ldc_I4_0);
                il.Emit(OpCodes.Conv_U);
            }
            else
            {
                il.Emit(OpCodes.Ldnull);
            }
        }
        foreach (ParameterDefinition parameter in _method.Parameters) EmitDefault(il, resume, InFrame(parameter.ParameterType).Bare());
        il.Emit(OpCodes.Ldarg_1);
        bool isReference = Body.ReturnType.IsByRefLike(); // then its caller repeats the call: see SuspensionPoint.NeedsCaller
        if (!isReference && FitsRegisters()) il.Emit(OpCodes.Tail);
        il.Emit(OpCodes.Call, BodyInFrame());
        if (isReference) il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Ret);
    }

    // Whether all arguments are passed in registers wherever there are 64 bits: then a tail call is a jump, otherwise it would
    // be made by a helper. Windows has the fewest registers; those that the runtime takes for itself count too.
    private bool FitsRegisters()
    {
        int count = Body.Parameters.Count;
        if (_method.HasGenericParameters || _method.DeclaringType.HasGenericParameters) count++;
        if (Body.ReturnType.Bare() is { } result && result.MetadataType != MetadataType.Void && !result.IsObjectReference() && ZeroValues.Of(result) is null) count++;
        return count <= 4 && Body.Parameters.All(p => ZeroValues.Of(p.ParameterType) is not null);
    }

    private static void EmitDefault(ILProcessor il, MethodDefinition method, TypeReference type)
    {
        if (ZeroValues.Of(type) is { } zero)
        {
            foreach (OpCode opCode in zero) il.Emit(opCode);
        }
        else
        {
            var local = new VariableDefinition(type);
            method.Body.Variables.Add(local);
            il.Emit(OpCodes.Ldloc, local);
        }
    }

    private MethodReference BodyInFrame()
    {
        MethodReference body = SlotTable.On(Body, Body.DeclaringType == Type ? Type.AsSelf() : InFrame(_method.DeclaringType.AsSelf()));
        return Body.HasGenericParameters ? body.Of(_parameters.Skip(_method.DeclaringType.GenericParameters.Count)) : body;
    }

    private TypeReference InFrame(TypeReference type)
    {
        int declared = _method.DeclaringType.GenericParameters.Count;
        return type.Substitute([.. _parameters.Take(declared)], [.. _parameters.Skip(declared)]);
    }

    private static TypeReference At(TypeReference type, IEnumerable<TypeReference> arguments)
    {
        var instance = new GenericInstanceType(type);
        foreach (TypeReference argument in arguments) instance.GenericArguments.Add(argument);
        return instance.HasGenericArguments ? instance : type;
    }

    private MethodDefinition AddBody()
    {
        var body = new MethodDefinition(WovenNames.Body(_method),
            MethodAttributes.Assembly | MethodAttributes.HideBySig | MethodAttributes.Static, _method.ReturnType)
        {
            ImplAttributes = _method.ImplAttributes & (MethodImplAttributes.NoInlining | MethodImplAttributes.NoOptimization | MethodImplAttributes.AggressiveInlining),
        };
        GenericParameters.Copy(_method, body);
        // names are for debuggers
        string? Name(string name) => _module.HasSymbols ? name : null;
        if (_method.HasThis) body.Parameters.Add(new ParameterDefinition(Name("this"), ParameterAttributes.None, Variables.ArgumentType(_method, 0)));
        foreach (ParameterDefinition parameter in _method.Parameters)
            body.Parameters.Add(new ParameterDefinition(Name(parameter.Name), ParameterAttributes.None, parameter.ParameterType));
        body.Parameters.Add(new ParameterDefinition(Name("<>continuation"), ParameterAttributes.None, _runtime.Continuation));
        foreach (CustomAttribute attribute in _method.CustomAttributes)
        {
            if (attribute.AttributeType.Namespace == "System.Diagnostics" && !attribute.HasConstructorArguments)
                body.CustomAttributes.Add(new CustomAttribute(attribute.Constructor)); // DebuggerStepThrough, StackTraceHidden …: about its code
        }
        (IsIterator ? _method.DeclaringType : Type).Methods.Add(body);
        return body;
    }

    // A stack trace shows the methods of such a class under the name of the iterator: the woven body has to be one of them.
    private bool IsIterator => _method.Name == "MoveNext" && _method.DeclaringType.Has("System.Runtime.CompilerServices.CompilerGeneratedAttribute");

    private FieldReference AddField(string name, TypeReference type)
    {
        var field = new FieldDefinition(name, FieldAttributes.Public, InFrame(type.Bare()));
        Type.Fields.Add(field);
        return Instance == Type ? field : new FieldReference(name, field.FieldType, Instance);
    }

    private FieldReference OwnField(FieldReference field) =>
        Instance == Type ? field : new FieldReference(field.Name, field.FieldType, Type.AsSelf());

    private GenericParameter CloneParameter(GenericParameter parameter)
    {
        var clone = new GenericParameter(parameter.Name, Type) { Attributes = parameter.Attributes & ~GenericParameterAttributes.VarianceMask };
        Type.GenericParameters.Add(clone);
        return clone;
    }

    /// <summary>Adds a method that saves the frame of a loop that lets others run.</summary>
    /// <param name="fields">The fields for its last parameters.</param>
    /// <param name="state">What becomes the frame's State.</param>
    /// <returns>The method as the woven body names it; its parameters are the frame, the continuation, the receiver and the values.</returns>
    public MethodReference AddPoll(IReadOnlyList<FieldReference> fields, int state)
    {
        TypeReference self = Type.AsSelf();
        var poll = new MethodDefinition($"Poll{state}", MethodAttributes.Public | MethodAttributes.Static | MethodAttributes.HideBySig, _module.TypeSystem.Void);
        poll.Parameters.Add(new ParameterDefinition(self));
        poll.Parameters.Add(new ParameterDefinition(_runtime.Continuation));
        if (This is not null) poll.Parameters.Add(new ParameterDefinition(OwnField(This).FieldType));
        int first = poll.Parameters.Count;
        foreach (FieldReference field in fields) poll.Parameters.Add(new ParameterDefinition(field.FieldType));
        poll.ImplAttributes |= MethodImplAttributes.NoInlining;
        ILProcessor il = poll.Body.GetILProcessor();
        Instruction taken = il.Create(OpCodes.Nop);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, _runtime.PollBegin);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Brtrue, taken);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, _runtime.NewFrame.Of(self));
        il.Emit(OpCodes.Starg, poll.Parameters[0]);
        if (This is not null)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Stfld, OwnField(This));
        }
        il.Append(taken);
        for (int i = 0; i < fields.Count; i++)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg, poll.Parameters[first + i]);
            il.Emit(OpCodes.Stfld, OwnField(fields[i]));
        }
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldc_I4, state);
        il.Emit(OpCodes.Call, _runtime.PushAt);
        il.Emit(OpCodes.Ret);
        Type.Methods.Add(poll);
        ShortForms.Apply(poll.Body);
        return SlotTable.On(poll, Instance);
    }

    // For Continuation.NewFrame.
    private void AddConstructor()
    {
        var constructor = new MethodDefinition(".ctor",
            MethodAttributes.Public | MethodAttributes.HideBySig | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName, _module.TypeSystem.Void);
        ILProcessor il = constructor.Body.GetILProcessor();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, _result is null ? _runtime.FrameConstructor : SlotTable.On(_runtime.FrameConstructor, Type.BaseType));
        il.Emit(OpCodes.Ret);
        Type.Methods.Add(constructor);
    }
}
