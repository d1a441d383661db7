using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>Fields, arrays, boxes and places in memory.</summary>
internal sealed partial class MethodVerifier
{
    private void Memory(Instruction i)
    {
        switch (i.OpCode.Code)
        {
            case Code.Ldfld or Code.Ldflda or Code.Stfld: InstanceField(i.OpCode.Code, (FieldReference)i.Operand); break;
            case Code.Ldsfld or Code.Ldsflda or Code.Stsfld: StaticField(i.OpCode.Code, (FieldReference)i.Operand); break;
            case Code.Ldobj: PopAddress(Checked(Operand(i)), isWritten: false); Push(Operand(i)); break;
            case Code.Stobj: PopTo(Checked(Operand(i)), "value"); PopAddress(Operand(i), isWritten: true); break;
            case Code.Cpobj: PopAddress(Operand(i), isWritten: false); PopAddress(Operand(i), isWritten: true); break;
            case Code.Initobj: PopAddress(Checked(Operand(i)), isWritten: true); break;
            case Code.Ldind_Ref: LoadReference(); break;
            case Code.Stind_Ref: StoreReference(); break;
            case >= Code.Ldind_I1 and <= Code.Ldind_R8: PopAddress(Primitive(i.OpCode.Name), isWritten: false); Push(Primitive(i.OpCode.Name)); break;
            case Code.Stind_I or (>= Code.Stind_I1 and <= Code.Stind_R8): PopTo(Primitive(i.OpCode.Name), "value"); PopAddress(Primitive(i.OpCode.Name), isWritten: true); break;
            case Code.Box: Box(Checked(Operand(i))); break;
            case Code.Unbox: PopTo(_system.Object, "box"); Push(new StackType(StackKind.Reference, Checked(Operand(i))) { IsReadOnly = true }); break;
            case Code.Unbox_Any: PopTo(_system.Object, "box"); Push(Checked(Operand(i))); break;
            case Code.Castclass or Code.Isinst: PopTo(_system.Object, "object"); PushCast(Checked(Operand(i))); break;
            case Code.Newarr: PopInt("length"); Push(new ArrayType(Checked(Operand(i)))); break;
            case Code.Ldlen: Array(); Push(StackType.NativeInt); break;
            case Code.Ldelema: PopInt("index"); ElementAddress(Checked(Operand(i))); break;
            case Code.Ldelem_Any: PopInt("index"); Element(Checked(Operand(i)), isExact: false); Push(Operand(i)); break;
            case Code.Ldelem_Ref: PopInt("index"); Push(Array() is { } array && StackType.Of(array).Kind == StackKind.Object ? StackType.Of(array) : StackType.Null); break;
            case >= Code.Ldelem_I1 and <= Code.Ldelem_R8: PopInt("index"); Element(Primitive(i.OpCode.Name), isExact: true); Push(Primitive(i.OpCode.Name)); break;
            case Code.Stelem_Any: PopTo(Checked(Operand(i)), "element"); PopInt("index"); Element(Operand(i), isExact: false); break;
            case Code.Stelem_Ref: PopTo(_system.Object, "element"); PopInt("index"); Array(); break;
            case >= Code.Stelem_I and <= Code.Stelem_R8: PopTo(Primitive(i.OpCode.Name), "element"); PopInt("index"); Element(Primitive(i.OpCode.Name), isExact: true); break;
            case Code.Mkrefany: PopAddress(Operand(i), isWritten: true); Push(_system.TypedReference); break;
            case Code.Refanyval: Pop(); Push(new StackType(StackKind.Reference, Operand(i))); break;
            case Code.Refanytype: Pop(); Push(HandleOf(_system.Object)); break;
            default: Report(Rule.Placement, "an unknown instruction"); break;
        }
    }

    private static TypeReference Operand(Instruction i) => (TypeReference)i.Operand;

    // ldind.u1, stelem.r8 ...: the part after the dot
    private TypeReference Primitive(string name) => name[(name.LastIndexOf('.') + 1)..] switch
    {
        "i1" => _system.SByte,
        "u1" => _system.Byte,
        "i2" => _system.Int16,
        "u2" => _system.UInt16,
        "i4" => _system.Int32,
        "u4" => _system.UInt32,
        "i8" => _system.Int64,
        "r4" => _system.Single,
        "r8" => _system.Double,
        _ => _system.IntPtr,
    };

    private void InstanceField(Code code, FieldReference field)
    {
        TypeReference type = field.FieldType.Through(field);
        if (code == Code.Stfld) PopTo(type, field.Name);
        StackType target = Pop();
        FieldDefinition? definition = CheckField(field);
        if (definition is null || definition.IsStatic) { PushField(code, type, target, false); return; }
        bool isInConstructor = _method is { IsConstructor: true, IsStatic: false } || IsInitAccessor();
        bool isOwnConstructor = isInConstructor && IsOwn(definition);
        if (target.IsUninitialized && !(code != Code.Ldflda && IsOwn(definition))) Report(Rule.UninitializedThis, $"{field.Name} is used before another constructor has run");
        if (target.IsInteger) Report(Rule.Pointer, "a field through a pointer");
        else if (target.Kind == StackKind.Reference && !target.IsUninitialized)
        {
            if (!TypeFacts.Same(target.Type!, field.DeclaringType)) Report(Rule.Assignment, $"{target} has no {field}");
            if (code == Code.Stfld && target.IsReadOnly) Report(Rule.ReadOnly, $"{target} is read-only");
        }
        else if (target.Kind == StackKind.Value ? code != Code.Ldfld || !TypeFacts.Same(target.Type!, field.DeclaringType)
            : target.Kind != StackKind.Object || !target.IsNull && (target.IsBoxed && target.Type is not GenericParameter || !Assignability.IsSubtype(target.Type!, target.IsBoxed, field.DeclaringType)))
            Report(Rule.Assignment, $"{target} has no {field}");
        if (definition.IsInitOnly && code == Code.Stfld && !isOwnConstructor) Report(Rule.ReadOnly, $"{field} is read-only");
        PushField(code, type, target, definition.IsInitOnly && !isOwnConstructor);
    }

    private void PushField(Code code, TypeReference type, StackType target, bool isReadOnly)
    {
        if (code is Code.Ldfld or Code.Ldsfld) Push(type);
        else if (code is Code.Ldflda or Code.Ldsflda)
        {
            Push(StackType.Of(type) is { Kind: StackKind.Reference } reference
                ? reference with { IsLocal = false }
                : new StackType(StackKind.Reference, type.Stripped()) { IsReadOnly = isReadOnly || target.IsReadOnly, IsLocal = target is { Kind: StackKind.Reference, IsLocal: true } });
        }
    }

    private void StaticField(Code code, FieldReference field)
    {
        TypeReference type = field.FieldType.Through(field);
        if (code == Code.Stsfld) PopTo(type, field.Name);
        bool isReadOnly = CheckField(field) is { IsInitOnly: true } definition
            && !(_method is { IsConstructor: true, IsStatic: true } && definition.DeclaringType.FullName == _method.DeclaringType.FullName);
        if (code == Code.Stsfld && isReadOnly) Report(Rule.ReadOnly, $"{field} is read-only");
        PushField(code, type, StackType.Null, isReadOnly);
    }

    private bool IsOwn(FieldDefinition field) => field.DeclaringType.FullName == _method.DeclaringType.FullName;

    private bool IsInitAccessor() => _method.ReturnType is RequiredModifierType { ModifierType.Name: "IsExternalInit" };

    private FieldDefinition? CheckField(FieldReference field)
    {
        Checked(field.DeclaringType);
        FieldDefinition? definition = field.Resolve();
        if (definition is null) Report(Rule.Unresolved, $"{field} does not exist");
        else if (!_access.IsVisible(definition, _method.DeclaringType)) Report(Rule.Visibility, $"{field} is not visible");
        return definition;
    }

    private void LoadReference()
    {
        StackType address = Pop();
        if (address.IsInteger) Report(Rule.Pointer, "a pointer is used");
        else if (address.Kind != StackKind.Reference || StackType.Of(address.Type!).Kind is not (StackKind.Object or StackKind.Value)) Report(Rule.Operand, $"{address} does not refer to an object");
        Push(address.Kind == StackKind.Reference ? StackType.Of(address.Type!) : StackType.Null);
    }

    private void StoreReference()
    {
        StackType value = Pop(), address = Pop();
        if (address.IsInteger) Report(Rule.Pointer, "a pointer is used");
        else if (address.Kind != StackKind.Reference || !Assignability.IsAssignable(value, address.Type!)) Report(Rule.Assignment, $"{value} does not go to {address}");
        else if (address.IsReadOnly) Report(Rule.ReadOnly, $"{address} is read-only");
    }

    private void Box(TypeReference type)
    {
        PopTo(type, "boxed value");
        StackType made = StackType.Of(type);
        Push(made.Kind == StackKind.Object ? made : new StackType(StackKind.Object, Unwrapped(type)) { IsBoxed = true });
    }

    private static TypeReference Unwrapped(TypeReference type) =>
        type is GenericInstanceType { ElementType.FullName: "System.Nullable`1" } nullable ? nullable.GenericArguments[0] : type.Stripped();

    private void PushCast(TypeReference type) =>
        Push(type.Stripped() is GenericParameter || type.IsValue() ? new StackType(StackKind.Object, Unwrapped(type)) { IsBoxed = true } : StackType.Of(type));

    // The element type; null if there is no array or it is null.
    private TypeReference? Array()
    {
        StackType array = Pop();
        if (array.IsNull) return null;
        if (array is { Kind: StackKind.Object, Type: ArrayType { IsVector: true } vector }) return vector.ElementType;
        Report(Rule.Operand, $"{array} is not an array");
        return null;
    }

    private void Element(TypeReference type, bool isExact)
    {
        if (Array() is not { } element) return;
        bool fits = TypeFacts.SamePlace(element, type) || !isExact && StackType.Of(element).Kind == StackKind.Object && StackType.Of(type).Kind == StackKind.Object && Assignability.IsSubtype(element, false, type);
        if (!fits) Report(Rule.Assignment, $"an array of {element} is used as one of {type}");
    }

    private void ElementAddress(TypeReference type)
    {
        if (Array() is { } element && !TypeFacts.SamePlace(element, type) && !(_isReadOnlyPrefix && Assignability.IsSubtype(element, false, type))) Report(Rule.Assignment, $"an array of {element} is used as one of {type}");
        Push(new StackType(StackKind.Reference, type.Stripped()) { IsReadOnly = _isReadOnlyPrefix });
    }
}
