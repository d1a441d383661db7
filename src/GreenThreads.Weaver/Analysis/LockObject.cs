using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>
/// Objects that the analysis does not tell apart, because some variable may hold either: those of one field, usually. Merged
/// like the sets of a union-find structure; what is asked of it is answered for the whole set.
/// </summary>
internal sealed class LockObject
{
    private readonly List<(MethodDefinition Method, Instruction Instruction)> _allocations = [];
    private readonly List<LockCall> _calls = [];
    private LockObject? _merged;
    private string? _shared;

    /// <summary>Whether it is a lock of the runtime library by its type.</summary>
    public bool IsGreenByType { get; init; }

    /// <summary>Why code that is not woven may lock the object too, as the end of a sentence; null when it cannot.</summary>
    public string? Shared => Set._shared;

    /// <summary>Where such objects are made.</summary>
    public IReadOnlyList<(MethodDefinition Method, Instruction Instruction)> Allocations => Set._allocations;

    /// <summary>The calls of Monitor and Lock on them.</summary>
    public IReadOnlyList<LockCall> Calls => Set._calls;

    /// <summary>What stands for the whole set.</summary>
    public LockObject Set
    {
        get
        {
            LockObject set = this;
            while (set._merged is { } next) set = next;
            if (!ReferenceEquals(set, this)) _merged = set;
            return set;
        }
    }

    /// <summary>An object about which nothing is known.</summary>
    public static LockObject Foreign(string reason) => new() { _shared = reason };

    /// <summary>Somebody else gets hold of it.</summary>
    public void Share(string reason) => Set._shared ??= reason;

    /// <summary>It is made here.</summary>
    public void AddAllocation(MethodDefinition method, Instruction instruction) => Set._allocations.Add((method, instruction));

    /// <summary>It is locked or unlocked here.</summary>
    public void AddCall(LockCall call) => Set._calls.Add(call);

    /// <summary>From now on the two are one.</summary>
    public void Merge(LockObject other)
    {
        LockObject mine = Set;
        LockObject others = other.Set;
        if (ReferenceEquals(mine, others)) return;
        others._merged = mine;
        mine._shared ??= others._shared;
        mine._allocations.AddRange(others._allocations);
        mine._calls.AddRange(others._calls);
    }
}

/// <summary>A call of a method of Monitor or Lock.</summary>
/// <param name="Method">Where it is.</param>
/// <param name="Instruction">The call.</param>
/// <param name="Object">What it locks.</param>
/// <param name="Scope">The local that holds the scope of a Lock from here on, or until here.</param>
internal sealed record LockCall(MethodDefinition Method, Instruction Instruction, LockObject Object, VariableDefinition? Scope = null);
