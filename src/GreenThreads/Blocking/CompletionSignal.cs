using GreenThreads.Continuations;

namespace GreenThreads.Blocking;

// A ValueTask may be backed by a source that is reset and reused once its result was taken, so the result must not be
// taken before the source has called back: "completed" can be seen a moment earlier. Hence a flag of its own per wait,
// not just the thread's wake-up action.

/// <summary>Remembers that a value task has called back.</summary>
internal sealed class CompletionSignal(Continuation waiter)
{
    // Written by the completing thread before it unparks the waiter, which reads it.
    private volatile bool _set;

    internal bool IsSet => _set;

    internal void Set()
    {
        _set = true;
        waiter.Unpark();
    }
}
