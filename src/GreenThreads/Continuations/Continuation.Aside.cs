using GreenThreads.Scheduling;

namespace GreenThreads.Continuations;

// While a thread suspends or is resumed its mode tells woven bodies to save or restore themselves. User code may run at these moments
// all the same, called by the runtime or for want of another moment: a handler of FirstChanceException when there is no memory for a
// frame, a memory manager that is asked for its span again. A woven method there would take the mode for its own. So the thread
// steps aside: until it is back the OS thread itself is current, and a wait blocks as on any plain thread.
public abstract partial class Continuation
{
    /// <summary>Makes the OS thread current in place of a thread that suspends or is resumed.</summary>
    /// <returns>What <see cref="StepBack"/> takes; null when user code may run as it is.</returns>
    internal static Continuation? StepAside()
    {
        if (t_current is not { Mode: not Running } current || Carrier.Current is not { } carrier) return null;
        carrier.Unmount();
        return current;
    }

    /// <summary>Makes the thread current again.</summary>
    /// <param name="aside">What <see cref="StepAside"/> gave.</param>
    internal static void StepBack(Continuation? aside)
    {
        if (aside is not null) t_current = aside;
    }
}
