using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>
/// The frame class of one method: fields for what its suspension points save, shared between points by type, and the
/// Resume method. It is nested in the method's type, to see what the method sees, and has that type's and the method's
/// type parameters.
/// </summary>
internal sealed class FrameLayout
{
    private readonly ModuleDefinition _module;
    private readonly MethodDefinition _method;
    private readonly RuntimeTypes _runtime;
    private readonly Dictionary<(string Type, int Ordinal), FieldReference> _fields = [];
    private readonly List<(string Type, int Ordinal)> _order = [];
    private readonly List<TypeReference> _parameters = [];
    private MethodReference? _take;
    private MethodDefinition? _clear;

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

    /// <summary>The method that gives the activation's frame, if it has none yet a new one, as the woven body names it.</summary>
    public MethodReference Take => SlotTable.On(_take!, Instance);

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
        _take = AddTake(AddConstructor());
    }

    /// <summary>The n-th field for values of the type.</summary>
    public FieldReference Field(TypeReference type, int ordinal)
    {
        (string, int) key = (type.FullName, ordinal);
        if (_fields.TryGetValue(key, out FieldReference? field)) return field;
        field = AddField($"s{_fields.Count}", type);
        _fields.Add(key, field);
        _order.Add(key);
        return field;
    }

    /// <summary>The fields that hold references and are not among those in use: to be cleared, so that nothing is kept alive.</summary>
    public IEnumerable<FieldReference> ReferencesBut(HashSet<FieldReference> used) =>
        _order.Select(k => _fields[k]).Where(f => !used.Contains(f) && f.FieldType.IsObjectReference());

    /// <summary>The method that clears all fields that hold references, as the woven body names it; all fields must be known.</summary>
    public MethodReference Clear => SlotTable.On(_clear ??= AddClear(), Instance);

    /// <summary>Emits Resume, which calls the woven body with the saved receiver and default arguments.</summary>
    public void EmitResume()
    {
        var resume = new MethodDefinition("Resume",
            MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig, _module.TypeSystem.Void);
        resume.Parameters.Add(new ParameterDefinition(_runtime.Continuation));
        Type.Methods.Add(resume);
        // left out of stack traces, see StubEmitter
        resume.ImplAttributes |= MethodImplAttributes.AggressiveInlining | MethodImplAttributes.NoInlining;
        ILProcessor il = resume.Body.GetILProcessor();
        resume.Body.InitLocals = true;
        TypeReference result = InFrame(Body.ReturnType).Bare();
        bool isReference = result.IsByRefLike(); // then its caller repeats the call: see SuspensionPoint.NeedsCaller
        bool returns = result.MetadataType != MetadataType.Void && !isReference;
        if (returns) il.Emit(OpCodes.Ldarg_1);
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
        il.Emit(OpCodes.Call, BodyInFrame());
        if (returns)
        {
            il.Emit(OpCodes.Call, _runtime.SetResult.Of(result));
        }
        if (isReference) il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Ret);
    }

    private static void EmitDefault(ILProcessor il, MethodDefinition method, TypeReference type)
    {
        switch (type.MetadataType)
        {
            case MetadataType.Boolean or MetadataType.Char or MetadataType.SByte or MetadataType.Byte or MetadataType.Int16
                or MetadataType.UInt16 or MetadataType.Int32 or MetadataType.UInt32:
                il.Emit(OpCodes.Ldc_I4_0);
                return;
            case MetadataType.Int64 or MetadataType.UInt64:
                il.Emit(OpCodes.Ldc_I4_0);
                il.Emit(OpCodes.Conv_I8);
                return;
        }
        if (type is ByReferenceType)
        {
            il.Emit(OpCodes.Ldc_I4_0);
            il.Emit(OpCodes.Conv_U);
        }
        else if (type.IsObjectReference())
        {
            il.Emit(OpCodes.Ldnull);
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
        if (_method.HasThis) body.Parameters.Add(new ParameterDefinition("this", ParameterAttributes.None, Variables.ArgumentType(_method, 0)));
        foreach (ParameterDefinition parameter in _method.Parameters)
            body.Parameters.Add(new ParameterDefinition(parameter.Name, ParameterAttributes.None, parameter.ParameterType));
        body.Parameters.Add(new ParameterDefinition("<>continuation", ParameterAttributes.None, _runtime.Continuation));
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

    // static F Take(F frame, Continuation g, This self)
    // {
    //     if (frame != null) return frame;
    //     if (g.Spare is F spare) { g.Spare = spare.Caller; frame = spare; } else frame = g.FindSpare<F>() ?? new F();
    //     frame.<>this = self; return frame;
    // }
    private MethodDefinition AddTake(MethodDefinition constructor)
    {
        TypeReference self = Type.AsSelf();
        var take = new MethodDefinition("Take", MethodAttributes.Public | MethodAttributes.Static | MethodAttributes.HideBySig, self);
        take.Parameters.Add(new ParameterDefinition(self));
        take.Parameters.Add(new ParameterDefinition(_runtime.Continuation));
        if (This is not null) take.Parameters.Add(new ParameterDefinition(OwnField(This).FieldType));
        ILProcessor il = take.Body.GetILProcessor();
        Instruction end = il.Create(OpCodes.Ldarg_0);
        Instruction found = il.Create(OpCodes.Nop);
        Instruction none = il.Create(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Brtrue, end);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldfld, _runtime.Spare);
        il.Emit(OpCodes.Isinst, self);
        il.Emit(OpCodes.Starg, take.Parameters[0]);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Brfalse, none);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldfld, _runtime.Caller);
        il.Emit(OpCodes.Stfld, _runtime.Spare);
        il.Emit(OpCodes.Br, found);
        il.Append(none);
        il.Emit(OpCodes.Call, _runtime.FindSpare.Of(self));
        il.Emit(OpCodes.Starg, take.Parameters[0]);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Brtrue, found);
        il.Emit(OpCodes.Newobj, SlotTable.On(constructor, self));
        il.Emit(OpCodes.Starg, take.Parameters[0]);
        il.Append(found);
        if (This is not null)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldarg_2);
            il.Emit(OpCodes.Stfld, OwnField(This));
        }
        il.Append(end);
        il.Emit(OpCodes.Ret);
        Type.Methods.Add(take);
        ShortForms.Apply(take.Body);
        return take;
    }

    private MethodDefinition AddClear()
    {
        var clear = new MethodDefinition("Clear", MethodAttributes.Public | MethodAttributes.HideBySig, _module.TypeSystem.Void);
        ILProcessor il = clear.Body.GetILProcessor();
        foreach (FieldReference field in ReferencesBut([]))
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldnull);
            il.Emit(OpCodes.Stfld, OwnField(field));
        }
        il.Emit(OpCodes.Ret);
        Type.Methods.Add(clear);
        return clear;
    }

    private MethodDefinition AddConstructor()
    {
        var constructor = new MethodDefinition(".ctor",
            MethodAttributes.Public | MethodAttributes.HideBySig | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName, _module.TypeSystem.Void);
        ILProcessor il = constructor.Body.GetILProcessor();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, _runtime.FrameConstructor);
        il.Emit(OpCodes.Ret);
        Type.Methods.Add(constructor);
        return constructor;
    }
}
