using System.Runtime.CompilerServices;
using GreenThreads.Blocking;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Scopes;

namespace GreenThreads;

/// <summary>
/// A thread that costs a few hundred bytes while it waits: it is run by one of a few OS threads (the carriers) and
/// leaves it whenever it waits.
/// </summary>
/// <remarks>
/// All members may be used from any thread. Members that wait suspend the calling green thread; they block a plain OS
/// thread, and a green thread that is pinned (a method that is not woven is on its stack).
/// </remarks>
public partial class GreenThread : Continuation, IWaitTarget
{
    /// <summary>The green thread that executes the caller; null on a plain OS thread.</summary>
    public static new GreenThread? Current => CurrentOrNull as GreenThread;

    /// <summary>A number that no other green thread of this process has or had.</summary>
    public long Id => _id;

    /// <summary>A name for dumps and debuggers; null unless set.</summary>
    public string? Name
    {
        get => (Volatile.Read(ref _attachment) as ThreadSide)?.Name;
        set => Side().Name = value;
    }

    /// <summary>What the thread does at this moment; may have changed when the caller looks at it.</summary>
    public GreenThreadState State => _status.IsDone ? GreenThreadState.Done
        : _status.IsParked ? GreenThreadState.Parked
        : _status.IsNew ? GreenThreadState.New
        : Scheduler.Of(_status).IsMounted(this) ? GreenThreadState.Running
        : GreenThreadState.Runnable;

    /// <summary>
    /// Raised for a green thread that ended with an exception which nobody asked for (by <see cref="Join()"/>,
    /// <see cref="AsTask"/>, <see cref="GreenThread{T}.Result"/>) before the thread object was collected.
    /// </summary>
    /// <remarks>Raised on the finalizer thread, which must not be blocked. See <see cref="GreenThreadOptions.UnobservedExceptionEndsProcess"/>.</remarks>
    public static event EventHandler<UnobservedGreenThreadExceptionEventArgs>? UnobservedException;

    /// <summary>Sets the options of the scheduler of this process.</summary>
    /// <param name="options">The options; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">A green thread has been started already.</exception>
    public static void Configure(GreenThreadOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Scheduler.Configure(options);
    }

    /// <summary>Starts a green thread. Does not wait.</summary>
    /// <param name="body">What it does.</param>
    /// <returns>The thread.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public static GreenThread Start(Action body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var thread = new GreenThread(body);
        thread.Schedule(Scheduler.ForNewThread());
        return thread;
    }

    /// <summary>Starts a green thread with a result. Does not wait.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="body">What it does.</param>
    /// <returns>The thread.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public static GreenThread<T> Start<T>(Func<T> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var thread = new GreenThread<T>(body);
        thread.Schedule(Scheduler.ForNewThread());
        return thread;
    }

    /// <summary>Starts a green thread with options. Does not wait.</summary>
    /// <param name="body">What it does.</param>
    /// <param name="options">The options; read once.</param>
    /// <returns>The thread.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static GreenThread Start(Action body, GreenThreadStartOptions options)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        var thread = new GreenThread(body);
        thread.Schedule(options);
        return thread;
    }

    /// <summary>Starts a green thread with a result and options. Does not wait.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="body">What it does.</param>
    /// <param name="options">The options; read once.</param>
    /// <returns>The thread.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static GreenThread<T> Start<T>(Func<T> body, GreenThreadStartOptions options)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        var thread = new GreenThread<T>(body);
        thread.Schedule(options);
        return thread;
    }

    /// <summary>Starts a green thread and waits for its end.</summary>
    /// <param name="body">What it does.</param>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="Exception">What the body threw.</exception>
    public static void Run(Action body) => Start(body).Join();

    /// <summary>Starts a green thread, waits for its end and returns its result.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="body">What it does.</param>
    /// <returns>What the body returned.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="Exception">What the body threw.</exception>
    public static T Run<T>(Func<T> body) => Start(body).Result;

    /// <summary>Lets the other runnable threads go first.</summary>
    public static void Yield()
    {
        if (Continuation.Current.PinDepth != 0)
        {
            Parker.YieldPinned();
            return;
        }
        Suspension.Suspend();
    }

    /// <summary>Waits for a time.</summary>
    /// <param name="duration">How long; zero yields, <see cref="Timeout.InfiniteTimeSpan"/> waits until interrupted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    /// <exception cref="ThreadInterruptedException"><see cref="Interrupt"/> was called.</exception>
    public static void Sleep(TimeSpan duration)
    {
        long deadline = Deadline.After(duration, nameof(duration));
        if (duration == TimeSpan.Zero) Yield();
        else Parker.Sleep(deadline);
    }

    /// <summary>Waits for a time.</summary>
    /// <param name="milliseconds">How long; 0 yields, <see cref="Timeout.Infinite"/> waits until interrupted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The duration is less than -1.</exception>
    /// <exception cref="ThreadInterruptedException"><see cref="Interrupt"/> was called.</exception>
    public static void Sleep(int milliseconds)
    {
        long deadline = Deadline.After(milliseconds, nameof(milliseconds));
        if (milliseconds == 0) Yield();
        else Parker.Sleep(deadline);
    }

    /// <summary>Waits until a task has completed.</summary>
    /// <param name="task">The task.</param>
    /// <exception cref="ArgumentNullException"><paramref name="task"/> is null.</exception>
    /// <exception cref="Exception">What the task failed with, as <c>await</c> throws it.</exception>
    /// <exception cref="ThreadInterruptedException"><see cref="Interrupt"/> was called.</exception>
    public static void Await(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (!task.IsCompleted && TaskWaiter.Register(task))
        {
            while (!task.IsCompleted) Parker.Park(ParkReason.Task);
        }
        TaskResults.Get(task);
    }

    /// <summary>Waits until a task has completed and returns its result.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">The task.</param>
    /// <returns>The result of the task.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="task"/> is null.</exception>
    /// <exception cref="Exception">What the task failed with, as <c>await</c> throws it.</exception>
    /// <exception cref="ThreadInterruptedException"><see cref="Interrupt"/> was called.</exception>
    public static T Await<T>(Task<T> task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (!task.IsCompleted && TaskWaiter.Register(task))
        {
            while (!task.IsCompleted) Parker.Park(ParkReason.Task);
        }
        return TaskResults.Get(task);
    }

    /// <summary>Waits until a task has completed.</summary>
    /// <param name="task">The task; consumed.</param>
    /// <exception cref="Exception">What the task failed with, as <c>await</c> throws it.</exception>
    /// <exception cref="ThreadInterruptedException"><see cref="Interrupt"/> was called.</exception>
    public static void Await(ValueTask task)
    {
        if (!task.IsCompleted) ValueTaskWaiter.Wait(task);
        TaskResults.Get(task);
    }

    /// <summary>Waits until a task has completed and returns its result.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">The task; consumed.</param>
    /// <returns>The result of the task.</returns>
    /// <exception cref="Exception">What the task failed with, as <c>await</c> throws it.</exception>
    /// <exception cref="ThreadInterruptedException"><see cref="Interrupt"/> was called.</exception>
    public static T Await<T>(ValueTask<T> task)
    {
        if (!task.IsCompleted) ValueTaskWaiter.Wait(task);
        return TaskResults.Get(task);
    }

    /// <summary>
    /// Runs a function that blocks on an OS thread of the blocking pool; the calling green thread is suspended
    /// meanwhile. On a plain OS thread the function is called directly.
    /// </summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="blocking">The function.</param>
    /// <returns>What the function returned.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="blocking"/> is null.</exception>
    /// <exception cref="Exception">What the function threw.</exception>
    /// <exception cref="ThreadInterruptedException"><see cref="Interrupt"/> was called; the function runs to its end.</exception>
    public static T Offload<T>(Func<T> blocking)
    {
        ArgumentNullException.ThrowIfNull(blocking);
        if (CurrentOrNull is not GreenThread) return blocking();
        var work = new BlockingWork<T>(blocking);
        BlockingPool.Shared.Queue(work);
        TaskWaiter.Register(work.Task);
        while (!work.Task.IsCompleted) Parker.Park(ParkReason.Offload);
        return TaskResults.Get(work.Task);
    }

    /// <summary>Waits for the end of the thread.</summary>
    /// <exception cref="Exception">What its body threw.</exception>
    /// <exception cref="InvalidOperationException">The thread is the calling one.</exception>
    /// <exception cref="ThreadInterruptedException"><see cref="Interrupt"/> was called on the waiting thread.</exception>
    public void Join()
    {
        if (!_status.IsDone) Parker.ParkUntilEnded(this);
        else ThrowIfFailed();
    }

    /// <summary>Waits for the end of the thread, for a limited time.</summary>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <returns>Whether the thread has ended.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    /// <exception cref="Exception">What its body threw.</exception>
    /// <exception cref="InvalidOperationException">The thread is the calling one.</exception>
    /// <exception cref="ThreadInterruptedException"><see cref="Interrupt"/> was called on the waiting thread.</exception>
    public bool Join(TimeSpan timeout)
    {
        long deadline = Deadline.After(timeout, nameof(timeout));
        if (!_status.IsDone)
        {
            AddJoinerOnce(Continuation.Current);
            while (!_status.IsDone)
            {
                if (!Parker.Park(ParkReason.Join, deadline) && !_status.IsDone) return false;
            }
        }
        ThrowIfFailed();
        return true;
    }

    /// <summary>
    /// Ends the current wait of the thread, or if it does not wait the next one, with a
    /// <see cref="ThreadInterruptedException"/>. Does nothing if it has ended.
    /// </summary>
    /// <remarks><see cref="Yield"/> is no wait.</remarks>
    public void Interrupt() => Act(_status.Interrupt());

    /// <summary>
    /// A token that is cancelled with the innermost <see cref="GreenScope"/> in which the caller runs, or the start token of its
    /// thread: for calls that take one. <see cref="CancellationToken.None"/> outside of both.
    /// </summary>
    public static CancellationToken CancellationToken => CurrentOrNull?.Cancellation?.Token ?? CancellationToken.None;

    /// <summary>For long stretches that do not wait: throws what a wait would throw if the caller's scope, deadline or start token is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It is.</exception>
    public static void ThrowIfCancellationRequested()
    {
        if (CurrentOrNull is { Cancellation: { IsCanceled: true } node } self) throw node.CreateException(self);
    }

    /// <summary>
    /// Begins a stretch in which the cancellation of the scopes around it, and of the start token, does not end the caller's
    /// waits: for finally blocks that have to wait.
    /// </summary>
    /// <returns>To be disposed at the end of the stretch, on the same thread: <c>using (GreenThread.Shield()) { … }</c>.</returns>
    /// <remarks>
    /// A scope that is opened inside of the stretch can be cancelled as ever: it is how to limit the time of a cleanup.
    /// <see cref="Interrupt"/> is not held off.
    /// </remarks>
    public static GreenShield Shield() => new(new ShieldNode(Continuation.Current));

    /// <summary>A task that completes with the thread: with its result, or its exception.</summary>
    /// <returns>A new task at each call.</returns>
    public Task AsTask() => AsTaskCore();

    [NotWoven]
    internal static void RaiseUnobserved(GreenThread? thread, Exception exception)
    {
        var args = new UnobservedGreenThreadExceptionEventArgs(exception);
        UnobservedException?.Invoke(thread, args);
        if (!args.Observed) EndProcessIfAsked(exception);
    }

    [NotWoven]
    internal static void EndProcessIfAsked(Exception exception)
    {
        if (Scheduler.Options.UnobservedExceptionEndsProcess)
            Environment.FailFast("A green thread ended with an exception that nobody observed.", exception);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowSelfJoin() => throw new InvalidOperationException(
        $"Green thread {Id} cannot wait for its own end. Join it from another thread, or return from its body.");
}
