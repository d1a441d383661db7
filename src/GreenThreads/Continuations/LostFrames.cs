using System.Runtime.ExceptionServices;
using GreenThreads.Scheduling;

namespace GreenThreads.Continuations;

// A wait needs memory: a frame for each method on the way, unless it has one from an earlier wait. Where there is none, the
// allocation throws in the middle of the unwinding: methods further in have saved themselves and returned, those further
// out are still on the stack, and the wait is announced. The wait is then called off and the OutOfMemoryException goes through
// all of them, as if the wait had thrown it:
//
//   1. Here, before any handler runs: the mode is Running again, the announcement is taken back, and the frames that were
//      saved are resumed with the exception, pinned, so that their catch and finally blocks run (the waiter leaves its queue,
//      locks are released).
//   2. The exception then takes its usual way through the methods that are still on the stack.
//
// If a method that was saved catches the exception, those further out see it nevertheless. A saved method that holds references
// into one that was not (re-call resume) cannot be entered: its handlers do not run. Nor do those of the method whose frame is
// missing where it saves itself outside of its try blocks.

/// <summary>Calls a wait off for whose frames there is no memory.</summary>
[NotWoven]
internal static class LostFrames
{
    private static int s_watching;

    /// <summary>Before the first green thread runs.</summary>
    internal static void Watch()
    {
        if (Interlocked.Exchange(ref s_watching, 1) == 0) AppDomain.CurrentDomain.FirstChanceException += OnThrown;
    }

    private static void OnThrown(object? sender, FirstChanceExceptionEventArgs arguments)
    {
        // Nothing else throws while a thread unwinds. The arguments are not looked at: without memory there are none.
        if (Continuation.CurrentOrNull is GreenThread { Mode: Continuation.Suspending } thread)
        {
            Carrier.Current!.Unannounce(thread);
            thread.FailSaved();
        }
    }
}
