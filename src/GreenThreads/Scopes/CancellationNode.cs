using GreenThreads.Continuations;

namespace GreenThreads.Scopes;

// What ends the waits of a thread: a chain from the innermost node (a scope, a shield, a start token) outwards. A node that
// is cancelled cancels the nodes inside of it, once, so that a wait looks at the innermost one only.
//
//   canceller                                   thread
//   1. the node says IsCanceled                 a. Cancellation = another node
//   2. WakeForCancellation: sets the bit        b. IsCanceled of that node? sets its own bit
//
// The bit of ThreadStatus is a hint to look at the node: set too often it costs a look, and it cannot be missing. A node
// becomes a thread's before the canceller takes its list of threads under the lock of the node (then 2 comes after), or
// after (then b sees 1).

/// <summary>Ends the waits of those who run in it.</summary>
/// <param name="parent">The next one outwards.</param>
[NotWoven]
internal abstract class CancellationNode(CancellationNode? parent)
{
    // Guarded by Gate: the nodes to be cancelled with this one.
    private List<CancellationNode>? _inner;

    /// <summary>The next one outwards.</summary>
    internal CancellationNode? Parent { get; } = parent;

    /// <summary>A leaf: nobody is woken, and no user code runs, while it is held.</summary>
    private protected Lock Gate { get; } = new();

    /// <summary>Whether waits end. Never unset. Any thread.</summary>
    internal abstract bool IsCanceled { get; }

    /// <summary>A token that is cancelled with this node.</summary>
    internal abstract CancellationToken Token { get; }

    /// <summary>The token of the node from which the cancellation came: this one, or one around it.</summary>
    internal abstract CancellationToken OriginToken { get; }

    /// <summary>What a wait throws; only once <see cref="IsCanceled"/>.</summary>
    /// <param name="waiter">Whose wait ends; null for a thread that does not even start.</param>
    internal abstract OperationCanceledException CreateException(Continuation? waiter);

    /// <summary>The node around this one was cancelled. Any thread; never runs user code.</summary>
    internal abstract void CancelFromParent();

    /// <summary>The thread that made it (or for which it was made), and that has to end it.</summary>
    internal abstract Continuation? Owner { get; }

    /// <summary>Its owner has ended and has not ended it.</summary>
    /// <returns>What is wrong with that; null for nothing.</returns>
    internal abstract Exception? OwnerEnded();

    /// <summary>A thread has ended: ends what it has left open.</summary>
    /// <returns>What is wrong with that; null for nothing.</returns>
    internal static Exception? ThreadEnded(GreenThread thread, CancellationNode innermost)
    {
        Exception? wrong = null;
        for (CancellationNode? node = innermost; node is not null && ReferenceEquals(node.Owner, thread); node = node.Parent)
            wrong = node.OwnerEnded() ?? wrong;
        return wrong;
    }

    /// <summary>Has a node inside of this one cancelled with it, at once if this one is cancelled.</summary>
    internal virtual void Add(CancellationNode inner)
    {
        lock (Gate)
        {
            if (!IsCanceled)
            {
                (_inner ??= []).Add(inner);
                return;
            }
        }
        inner.CancelFromParent();
    }

    /// <summary>The end of <see cref="Add"/>.</summary>
    internal virtual void Remove(CancellationNode inner)
    {
        lock (Gate) _inner?.Remove(inner);
    }

    /// <summary>Makes this node the innermost one of the calling thread.</summary>
    private protected void Enter(Continuation self)
    {
        self.Cancellation = this;
        Parent?.Add(this);
        if (IsCanceled) self.WakeForCancellation();
    }

    /// <summary>The end of <see cref="Enter"/>.</summary>
    private protected void Leave(Continuation self)
    {
        Parent?.Remove(this);
        self.Cancellation = Parent;
        if (Parent is { IsCanceled: true }) self.WakeForCancellation();
    }

    /// <summary>After <see cref="IsCanceled"/> has become true.</summary>
    private protected void CancelInner()
    {
        List<CancellationNode>? inner;
        lock (Gate)
        {
            inner = _inner;
            _inner = null;
        }
        if (inner is null) return;
        foreach (CancellationNode node in inner) node.CancelFromParent();
    }
}
