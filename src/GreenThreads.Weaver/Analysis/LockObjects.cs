using GreenThreads.Weaver.Diagnostics;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>
/// Finds the lock objects that only woven code of this module can lock: made here as a plain object or a Lock, kept in
/// fields that nothing outside can name and in locals, and used for nothing but Monitor and Lock calls.
/// </summary>
/// <remarks>What reflection does to private fields is not seen; the runtime library tells the objects apart by their type.</remarks>
internal sealed class LockObjects
{
    private readonly ModuleDefinition _module;
    private readonly bool _hasFriends;
    private readonly Dictionary<FieldDefinition, LockObject> _fields = [];
    private readonly Dictionary<Instruction, LockObject> _ofCall = [];

    public LockObjects(ModuleDefinition module, IReadOnlyList<MethodDefinition> methods)
    {
        _module = module;
        _hasFriends = module.Assembly.Has("System.Runtime.CompilerServices.InternalsVisibleToAttribute");
        foreach (MethodDefinition method in methods)
        {
            // iterators keep the temporaries of lock statements in fields
            if (method.DeclaringType.Name.StartsWith('<') || method.Body.Instructions.Any(LockCalls.IsAllocation)) AddCandidates(method);
        }
        foreach (MethodDefinition method in methods)
        {
            if (method.Body.Instructions.Any(IsOfInterest)) Follow(method);
        }
    }

    /// <summary>The sets of objects that are locked and are private to woven code.</summary>
    public IEnumerable<LockObject> Private =>
        _ofCall.Values.Select(o => o.Set).Distinct().Where(o => o.Shared is null && (o.IsGreenByType || IsOfOneType(o)));

    /// <summary>Why the lock that a call of Monitor or Lock takes or releases may be shared with code that is not woven.</summary>
    public string? WhyShared(Instruction call) => _ofCall.GetValueOrDefault(call)?.Shared;

    /// <summary>The object that a field holds; null if it is not one that is followed.</summary>
    public LockObject? OfField(FieldReference reference) =>
        IsLockType(reference.FieldType) && reference.Resolve() is { } field ? _fields.GetValueOrDefault(field) : null;

    /// <summary>What a call of Monitor or Lock locks.</summary>
    public void Add(LockCall call)
    {
        if (!_ofCall.TryAdd(call.Instruction, call.Object)) return;
        call.Object.AddCall(call);
    }

    // Monitor calls on a Lock object lock something else than its own methods do.
    private static bool IsOfOneType(LockObject set)
    {
        if (set.Allocations.Count == 0) return false;
        bool isLock = LockCalls.IsLock(((MethodReference)set.Allocations[0].Instruction.Operand).DeclaringType);
        return set.Allocations.All(a => LockCalls.IsLock(((MethodReference)a.Instruction.Operand).DeclaringType) == isLock)
            && set.Calls.All(c => LockCalls.IsMonitorCall(c.Instruction) != isLock);
    }

    private void AddCandidates(MethodDefinition method)
    {
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction.OpCode.Code is not (Code.Stfld or Code.Stsfld)) continue;
            var reference = (FieldReference)instruction.Operand;
            if (!IsLockType(reference.FieldType) || reference.Resolve() is not { } field || field.Module != _module || _fields.ContainsKey(field)) continue;
            var held = new LockObject();
            if (IsVisibleOutside(field)) held.Share($"the field '{field.Name}' can be used outside of this assembly");
            _fields.Add(field, held);
        }
    }

    private bool IsVisibleOutside(FieldDefinition field)
    {
        if (field.IsPrivate || !_hasFriends && (field.IsAssembly || field.IsFamilyAndAssembly)) return false;
        for (TypeDefinition? type = field.DeclaringType; type is not null; type = type.DeclaringType)
        {
            if (type.IsNestedPrivate || !_hasFriends && (type.IsNotPublic || type.IsNestedAssembly || type.IsNestedFamilyAndAssembly)) return false;
        }
        return true;
    }

    private static bool IsLockType(TypeReference type) => type.MetadataType == MetadataType.Object || LockCalls.IsLock(type);

    private bool IsOfInterest(Instruction instruction) =>
        LockCalls.IsAllocation(instruction) || LockCalls.IsMonitorCall(instruction) || LockCalls.IsLockCall(instruction)
        || instruction.Operand is FieldReference field && OfField(field) is not null;

    private void Follow(MethodDefinition method)
    {
        string? reason = Eligibility.IsExcluded(method) ? $"it is used in {MethodNames.Of(method)}, which is marked [NotWoven]" : null;
        if (reason is null)
        {
            try
            {
                new LockFlow(method, this).Run();
                return;
            }
            catch (UnknownILException exception)
            {
                reason = $"it is used in {MethodNames.Of(method)}, whose IL is not understood: {exception.Message}";
            }
        }
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction.Operand is FieldReference field) OfField(field)?.Share(reason);
            else if (LockCalls.IsMonitorCall(instruction) || LockCalls.IsLockCall(instruction)) Add(new LockCall(method, instruction, LockObject.Foreign(reason)));
        }
    }
}
