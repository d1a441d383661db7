using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using GreenThreads.Blocking;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Twins;

// One per green thread that has waited for a twin, used again for each wait: a thread waits for one thing at a time, and
// an operation is always waited for to its end. One whose thread is interrupted, or whose scope is cancelled, is cancelled
// and its end awaited all the same (shielded): otherwise it would take the data, the item or the permit that the next one
// is meant to get. If it succeeds before the cancellation reaches it, its result is returned, and the interruption is left
// for the next wait.
//
// "Completed" of a value task can be seen a moment before its source has called back, and the source is reset and used
// again once its result was taken: hence the flag, which only the call-back sets.

/// <summary>A green thread's wait for asynchronous twins of blocking calls.</summary>
internal sealed class TwinWait
{
    private readonly GreenThread _thread;
    private readonly Action _set;

    // Written false by the thread before it registers, true by the completing thread before it unparks the waiter.
    private volatile bool _isSet;

    // These three: the thread itself only. What ended the wait early, if something did, and how to end the shield since then.
    private CancellationTokenSource _stopper = new();
    private Exception? _stopped;
    private bool _shielded;

    private TwinWait(GreenThread thread)
    {
        _thread = thread;
        _set = Set;
    }

    internal CancellationToken Token => _stopper.Token;

    /// <summary>The one of the calling green thread.</summary>
    [NotWoven]
    internal static TwinWait OfCurrent()
    {
        var self = (GreenThread)Continuation.Current;
        return self.Side().Twin ??= new TwinWait(self);
    }

    [NotWoven]
    internal void Register<TAwaiter>(TAwaiter awaiter)
        where TAwaiter : struct, ICriticalNotifyCompletion
    {
        _isSet = false;
        TaskWaiter.Register(awaiter, _set);
    }

    /// <summary>Until the operation has called back, come what may.</summary>
    internal void Wait()
    {
        while (!_isSet)
        {
            try
            {
                Parker.Park(ParkReason.Task);
            }
            catch (Exception exception) when (Parker.IsWakeException(exception))
            {
                Stop(exception);
            }
        }
    }

    /// <summary>After the wait: the outcome of the operation.</summary>
    [NotWoven]
    internal void Finish(ValueTask task)
    {
        Exception? stopped = Settle(task.IsCompletedSuccessfully);
        try
        {
            TaskResults.Get(task);
        }
        catch when (stopped is not null)
        {
            ExceptionDispatchInfo.Throw(stopped);
        }
    }

    /// <inheritdoc cref="Finish(ValueTask)"/>
    [NotWoven]
    internal T Finish<T>(ValueTask<T> task)
    {
        Exception? stopped = Settle(task.IsCompletedSuccessfully);
        try
        {
            return TaskResults.Get(task);
        }
        catch when (stopped is not null)
        {
            ExceptionDispatchInfo.Throw(stopped);
            throw;
        }
    }

    private void Set()
    {
        _isSet = true;
        _thread.Unpark();
    }

    [NotWoven]
    private void Stop(Exception exception)
    {
        _stopped = exception;
        _shielded = Parker.Shield();
        CancellationTokenSource stopper = _stopper;
        _stopper = new CancellationTokenSource();
        stopper.Cancel();
    }

    // What is to be thrown in place of the operation's own failure.
    private Exception? Settle(bool succeeded)
    {
        Exception? stopped = _stopped;
        if (stopped is null) return null;
        _stopped = null;
        Parker.Unshield(_shielded);
        if (!succeeded) return stopped;
        Parker.Postpone(stopped);
        return null;
    }
}
