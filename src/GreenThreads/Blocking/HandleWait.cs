using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Blocking;

// One wait of a green thread for one of several handles of the operating system. The thread pool waits for them, many to
// one OS thread, and calls back. One word decides who ends the wait:
//
//   Waiting -> index     // the handle with this index was signalled: the call-back has taken its signal for this thread
//   Waiting -> TimedOut  // by a call-back of the pool
//   Waiting -> Withdrawn // by the thread itself, whose wait was ended otherwise (interrupted)
//
// A call-back that comes second gives back the signal that it took.

/// <summary>A wait for wait handles through the thread pool.</summary>
internal sealed class HandleWait(Continuation thread, WaitHandle[] handles)
{
    private const int Waiting = -1;
    private const int TimedOut = -2;
    private const int Withdrawn = -3;

    private readonly RegisteredWaitHandle?[] _registrations = new RegisteredWaitHandle?[handles.Length];

    // Changed once, by compare-exchange, from Waiting.
    private int _outcome = Waiting;

    /// <summary>Waits until one of the handles is signalled; suspends a green thread.</summary>
    /// <param name="handles">None of them a mutex, which belongs to an OS thread.</param>
    /// <param name="millisecondsTimeout">Positive, or infinite.</param>
    /// <returns>The index of the handle whose signal was taken, or <see cref="WaitHandle.WaitTimeout"/>.</returns>
    internal static int Any(WaitHandle[] handles, int millisecondsTimeout)
    {
        var wait = new HandleWait(Continuation.Current, handles);
        try
        {
            wait.Register(millisecondsTimeout);
            while (Volatile.Read(ref wait._outcome) == Waiting) Parker.Park(ParkReason.Event);
        }
        catch
        {
            wait.Withdraw();
            throw;
        }
        wait.Unregister();
        return wait._outcome == TimedOut ? WaitHandle.WaitTimeout : wait._outcome;
    }

    [NotWoven]
    private void Register(int millisecondsTimeout)
    {
        for (int i = 0; i < handles.Length && Volatile.Read(ref _outcome) == Waiting; i++)
        {
            int index = i;
            _registrations[i] = ThreadPool.UnsafeRegisterWaitForSingleObject(
                handles[i], (_, timedOut) => End(index, timedOut), null, millisecondsTimeout, executeOnlyOnce: true);
        }
    }

    [NotWoven]
    private void Withdraw()
    {
        int outcome = Interlocked.CompareExchange(ref _outcome, Withdrawn, Waiting);
        if (outcome >= 0) GiveBack(handles[outcome]); // the exception was faster
        Unregister();
    }

    [NotWoven]
    private void Unregister()
    {
        foreach (RegisteredWaitHandle? registration in _registrations) registration?.Unregister(null);
    }

    private void End(int index, bool timedOut)
    {
        if (Interlocked.CompareExchange(ref _outcome, timedOut ? TimedOut : index, Waiting) == Waiting) thread.Unpark();
        else if (!timedOut) GiveBack(handles[index]);
    }

    /// <summary>Undoes what a wait did to a handle; nothing where a wait does not change it.</summary>
    internal static void GiveBack(WaitHandle handle)
    {
        try
        {
            if (handle is AutoResetEvent signal) signal.Set();
            else if (handle is Semaphore semaphore) semaphore.Release();
        }
        catch (Exception exception) when (exception is ObjectDisposedException or SemaphoreFullException)
        {
            // nobody is left to take it
        }
    }
}
