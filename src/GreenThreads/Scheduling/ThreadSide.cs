using GreenThreads.Scopes;
using GreenThreads.Synchronization;

namespace GreenThreads.Scheduling;

/// <summary>The fields that few green threads need.</summary>
internal sealed class ThreadSide
{
    /// <summary>The body until the thread has started. Written before the object is published, cleared by the first carrier.</summary>
    internal Delegate? Body;

    /// <summary>Any thread.</summary>
    internal volatile string? Name;

    /// <summary>The execution context while the thread is not mounted, if it is not the default one. Carrier only.</summary>
    internal ExecutionContext? Context;

    /// <summary>Whether flow of the execution context is suppressed. Carrier only.</summary>
    internal bool FlowSuppressed;

    /// <summary>The cached wake-up action. The thread itself only.</summary>
    internal Action? Wake;

    /// <summary>The node with which the thread waits in queues. Written by the thread itself, read by reports without order.</summary>
    internal Waiter? Waiter;

    /// <summary>
    /// The task or thread of the last wait with a limit, whose list of waiters this thread is on until it ends. The thread
    /// itself only.
    /// </summary>
    internal object? Awaited;

    /// <summary>The holders of [ThreadStatic] fields of woven libraries. The thread itself only.</summary>
    internal object?[]? StaticFields;

    /// <summary>The thread's place in the queues of locks. The thread itself only; dumps read it without order.</summary>
    internal Blocking.LockWaiter? LockWaiter;

    /// <summary>Its waits for twins of blocking calls. The thread itself only.</summary>
    internal Twins.TwinWait? Twin;

    /// <summary>The wait whose window is open (see there). The thread itself only.</summary>
    internal Twins.TwinWait? Driver;

    /// <summary>
    /// See <see cref="Continuations.Continuation.Cancellation"/>. The thread itself, before that its starter; read by it and
    /// the carrier that resumes it.
    /// </summary>
    internal CancellationNode? Cancellation;

    /// <summary>The place among the children of the scope in which the thread was started. Guarded by that scope.</summary>
    internal int ScopeSlot;

    /// <summary>Values of <see cref="GreenLocal{T}"/>. The thread itself, before that its starter.</summary>
    internal LocalValues? Locals;
}
