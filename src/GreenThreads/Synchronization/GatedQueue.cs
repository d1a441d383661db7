using System.Runtime.CompilerServices;
using GreenThreads.Continuations;

namespace GreenThreads.Synchronization;

/// <summary>A gate and the queue that it guards: what every primitive but the channel (which has two queues) consists of.</summary>
/// <remarks>A field that is not read-only; what else belongs to the primitive is guarded by the same gate.</remarks>
internal struct GatedQueue
{
    private SpinGate _gate;
    private WaiterQueue _waiters;

    /// <summary>Under the gate.</summary>
    internal readonly bool IsEmpty => _waiters.IsEmpty;

    /// <summary>Under the gate: who came first.</summary>
    internal readonly Waiter? First => _waiters.First;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Enter() => _gate.Enter();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Leave() => _gate.Leave();

    /// <summary>Under the gate: puts the thread's node into the queue.</summary>
    internal Waiter Enlist(Continuation thread, IWaitSource source, int tag = 0)
    {
        Waiter waiter = Waiter.Of(thread);
        waiter.Tag = tag;
        waiter.Enlist(thread, source, ref _waiters);
        return waiter;
    }

    /// <summary>Under the gate: grants the first one what it waits for; null if nobody waits. Unpark the result after leaving.</summary>
    internal Continuation? Grant() => _waiters.Take()?.Grant();

    /// <summary>Under the gate.</summary>
    internal bool TryLeave(Waiter waiter) => waiter.TryLeave(ref _waiters);

    /// <summary>All of <see cref="IWaitSource.Withdraw"/> where nothing else depends on who waits. Not under the gate.</summary>
    internal bool Withdraw(Waiter waiter)
    {
        _gate.Enter();
        bool left = waiter.TryLeave(ref _waiters);
        _gate.Leave();
        return left;
    }

    /// <summary>
    /// Grants all that came in a round (the Tag of their nodes) or before it; those of later rounds stand behind them. Not
    /// under the gate: each is woken outside of it, and nobody's node is touched after it may have seen that it is free.
    /// </summary>
    internal void GrantRound(int round)
    {
        Continuation? woken;
        do
        {
            _gate.Enter();
            woken = _waiters.First is { } first && first.Tag - round <= 0 ? Grant() : null;
            _gate.Leave();
            woken?.Unpark();
        }
        while (woken is not null);
    }
}
