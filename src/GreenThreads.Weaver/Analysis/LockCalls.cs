using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>Recognises the calls that make, take and release locks.</summary>
/// <remarks>The short name first: the full one of a generic type is made anew each time.</remarks>
internal static class LockCalls
{
    private const string Monitor = "System.Threading.Monitor";
    private const string Lock = "System.Threading.Lock";
    private const string Scope = "System.Threading.Lock/Scope";

    /// <summary>Whether the instruction calls a method of Monitor that takes an object.</summary>
    public static bool IsMonitorCall(Instruction instruction) =>
        instruction.OpCode.Code == Code.Call && instruction.Operand is MethodReference { Parameters.Count: > 0 } callee && callee.DeclaringType is { Name: "Monitor", FullName: Monitor };

    /// <summary>Whether the instruction calls a method of Lock.</summary>
    public static bool IsLockCall(Instruction instruction) =>
        instruction.OpCode.Code is Code.Call or Code.Callvirt && instruction.Operand is MethodReference { HasThis: true } callee
        && IsLock(callee.DeclaringType) && callee.Name is "Enter" or "Exit" or "TryEnter" or "EnterScope" or "get_IsHeldByCurrentThread";

    /// <summary>Whether the instruction enters a Lock and gives its scope.</summary>
    public static bool IsEnterScope(Instruction instruction) => IsLockCall(instruction) && ((MethodReference)instruction.Operand).Name == "EnterScope";

    /// <summary>Whether the instruction leaves a Lock by its scope.</summary>
    public static bool IsScopeDispose(Instruction? instruction) =>
        instruction?.OpCode.Code == Code.Call && instruction.Operand is MethodReference { Name: "Dispose" } callee && callee.DeclaringType.FullName == Scope;

    /// <summary>Whether the instruction makes an object that is good for nothing but to be locked.</summary>
    public static bool IsAllocation(Instruction instruction) =>
        instruction.OpCode.Code == Code.Newobj && instruction.Operand is MethodReference constructor
        && (constructor.DeclaringType.MetadataType == MetadataType.Object || constructor.DeclaringType is { Name: "Object", FullName: "System.Object" } || IsLock(constructor.DeclaringType));

    /// <summary>Whether the type is that of a scope.</summary>
    public static bool IsScope(TypeReference type) => type is { Name: "Scope", FullName: Scope };

    /// <summary>Whether the type is Lock.</summary>
    public static bool IsLock(TypeReference type) => type is { Name: "Lock", FullName: Lock };

    /// <summary>Whether the call takes the lock, at least if it succeeds.</summary>
    public static bool Enters(Instruction call) => ((MethodReference)call.Operand).Name is "Enter" or "TryEnter" or "EnterScope";

    /// <summary>Whether the call releases the lock.</summary>
    public static bool Exits(Instruction call) => ((MethodReference)call.Operand).Name is "Exit" or "Dispose";
}
