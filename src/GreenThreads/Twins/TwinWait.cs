using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using GreenThreads.Blocking;
using GreenThreads.Continuations;
using GreenThreads.Net;
using GreenThreads.Scheduling;

namespace GreenThreads.Twins;

// One per green thread that has waited for a twin, used again for each wait: a thread waits for one thing at a time, and
// an operation is always waited for to its end. One whose thread is interrupted, or whose scope is cancelled, is cancelled
// and its end awaited all the same (shielded): otherwise it would take the data, the item or the permit that the next one
// is meant to get. If it succeeds before the cancellation reaches it, its result is returned, and the interruption is left
// for the next wait.
//
// Operations of a DrivenStream that the twin starts are done by the thread itself (DrivenOperation): after each park it tries
// again, and runs what awaits the operation. Only those that are started within the window of a wait, on its thread: while the
// twin is called (from Open to Close), and while the thread runs what awaits such an operation. So whoever has the window waits
// for the twin next, and nothing is left undone; what the twin has left behind, nobody knows for whom, goes to the network stream
// at the end. Code that runs within may wait for twins itself (a callback that validates a certificate): while the thread
// runs what awaits an operation its wait is not the cached one, so that such code gets another; one that is nested in the call of a
// twin closes the window for both. Outside of the window the network stream does it, which is right as well.
//
// "Completed" of a value task can be seen a moment before its source has called back, and the source is reset and used
// again once its result was taken: hence the flag, which only the call-back sets.

/// <summary>A green thread's wait for asynchronous twins of blocking calls.</summary>
internal sealed class TwinWait
{
    private readonly GreenThread _thread;
    private readonly ThreadSide _side;
    private readonly Action _set;

    // Written false by the thread before it registers, true by the completing thread before it unparks the waiter.
    private volatile bool _isSet;

    // These three: the thread itself only. What ended the wait early, if something did, and how to end the shield since then.
    private CancellationTokenSource _stopper = new();
    private Exception? _stopped;
    private bool _shielded;

    // These two: the thread itself only. The operation that it has to do, and one to be used again.
    private DrivenOperation? _operation;
    private DrivenOperation? _spare;

    private TwinWait(GreenThread thread, ThreadSide side)
    {
        _thread = thread;
        _side = side;
        _set = Set;
    }

    internal CancellationToken Token => _stopper.Token;

    /// <summary>The wait whose window is open on the calling thread, if it can drive one more operation.</summary>
    internal static TwinWait? Driver
    {
        [NotWoven]
        get => Continuation.CurrentOrNull is GreenThread thread && thread.SideOrNull?.Driver is { _operation: null } driver ? driver : null;
    }

    /// <summary>The one of the calling green thread.</summary>
    [NotWoven]
    internal static TwinWait OfCurrent()
    {
        var self = (GreenThread)Continuation.Current;
        ThreadSide side = self.Side();
        return side.Twin ??= new TwinWait(self, side);
    }

    /// <summary>Opens the window: the thread is about to call a twin.</summary>
    [NotWoven]
    internal void Open() => _side.Driver = this;

    /// <summary>Closes the window.</summary>
    [NotWoven]
    internal void Close() => _side.Driver = null;

    /// <summary>After the end of a twin, or of its call: an operation that it has left behind goes on without this thread.</summary>
    [NotWoven]
    internal void Abandon()
    {
        if (_operation is { } operation) HandOver(operation);
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
                if (_operation is { } operation) Parker.Park(operation.Reason, operation.Deadline);
                else Parker.Park(ParkReason.Task);
            }
            catch (Exception exception) when (Parker.IsWakeException(exception))
            {
                Stop(exception);
            }
            if (_operation is not null) Drive();
        }
        Abandon();
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

    /// <summary>By an operation that has to wait: the thread drives it from now on.</summary>
    internal void Attach(DrivenOperation operation) => _operation = operation;

    /// <summary>An operation for the window that is open.</summary>
    [NotWoven]
    internal DrivenOperation StartOperation()
    {
        DrivenOperation operation = _spare ?? new DrivenOperation(this, _thread);
        _spare = null;
        return operation;
    }

    /// <summary>An operation that is not used any more.</summary>
    internal void Return(DrivenOperation operation) => _spare = operation;

    // HOT: one round trip of a connection over TLS.
    [NotWoven]
    private void Drive()
    {
        DrivenOperation operation = _operation!;
        if (!operation.TryAgain(out int result, out Exception? failure)) return;
        if (result == SocketResult.Unwatched)
        {
            HandOver(operation);
            return;
        }
        _operation = null;
        TwinWait? cached = _side.Twin;
        _side.Twin = null;
        Open();
        try
        {
            operation.Complete(result, failure);
        }
        finally
        {
            Close();
            _side.Twin = cached;
        }
    }

    private void HandOver(DrivenOperation operation)
    {
        _operation = null;
        operation.HandOver();
    }

    private void Set()
    {
        _isSet = true;
        if (!ReferenceEquals(Continuation.CurrentOrNull, _thread)) _thread.Unpark(); // itself looks before it parks
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
