using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using GreenThreads.Blocking;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Scopes;
using GreenThreads.Synchronization;

namespace GreenThreads;

// What a green thread consists of besides its frames. Every field counts: a million of these are parked at once.
public partial class GreenThread
{
    // Values of Mode while the thread is not mounted: how its next slice begins (Running = it yielded).
    internal const int NotStarted = -1;
    internal const int Woken = Resuming;

    // Nodes of joiners that are woken at the end of a thread, before it is done bit by bit: see Processor.Joiners.
    private const int MaxNodesAtOnce = 8;

    private static readonly object s_ended = new();

    private static readonly object s_sleep = new();

    /// <summary>Value of <see cref="Awaits"/>: there was no memory for the timer, and the wait throws.</summary>
    internal static readonly object NoTimer = new();

    // All changes through ThreadStatus.
    private ThreadStatus _status;

    // Place in the registry of live threads; written by the starter before the thread is published, read by its last carrier.
    internal int RegistrySlot;

    private readonly long _id;

    // Who waits for the end: null, a Continuation, an EndCallback, a JoinerList with more of them, or s_ended. Changed by
    // compare-exchange; s_ended by the last carrier.
    private object? _joiners;

    // The body until the thread has started; afterwards null, the cached wake-up action, the cached waiter, or a ThreadSide
    // with both and more. Changed by compare-exchange.
    private object? _attachment;

    private protected GreenThread(Delegate body)
    {
        _id = ThreadIds.Next();
        Mode = NotStarted;
        ExecutionContext? context = ExecutionContext.Capture();
        if (ReferenceEquals(context, Contexts.Default)) context = null;
        LocalValues? locals = LocalValues.Inherit();
        if (context is null && locals is null) _attachment = body;
        else _attachment = new ThreadSide { Body = body, Context = context, Locals = locals };
    }

    private protected GreenThread(Delegate body, ScopeCore scope)
    {
        _id = ThreadIds.Next();
        Mode = NotStarted;
        ExecutionContext? context = ExecutionContext.Capture();
        if (ReferenceEquals(context, Contexts.Default)) context = null;
        _attachment = new ThreadSide { Body = body, Context = context, Locals = LocalValues.Inherit(), Cancellation = scope };
        _joiners = scope.ChildEndedCallback;
    }

    internal GreenThread(Action body)
        : this((Delegate)body)
    {
    }

    internal GreenThread(Action body, ScopeCore scope)
        : this((Delegate)body, scope)
    {
    }

    internal ref ThreadStatus Status => ref _status;

    /// <summary>Who joins this thread waits for it to act.</summary>
    Continuation? IWaitTarget.Owner => this;

    string IWaitTarget.Describe() => string.Create(CultureInfo.InvariantCulture, $"the end of #{_id}");

    // ---- fields with a second use while the thread is not mounted -----------------------------------------------

    /// <summary>
    /// Handle of the armed timer, 0 if none. Written by the carrier that parks or resumes the thread, and by the timers
    /// under their lock, while armed. Not while the thread is mounted.
    /// </summary>
    internal ref long TimerHandle => ref Handshake;

    /// <summary>
    /// Runnable: the next thread of an intrusive queue, guarded by that queue. Pinned and parked: the event it blocks on,
    /// written by the thread itself before TryParkPinned publishes it. Not while the thread runs.
    /// </summary>
    internal ref object? QueueLink => ref Spare;

    /// <summary>
    /// Parked: what must have come before the thread is resumed, so that a spurious wake-up need not enter it and the wait
    /// needs no frame for its loop: a thread that is joined, the node in a queue of a channel, or <see cref="s_sleep"/>: the
    /// deadline. Which of them, <see cref="Continuation.Announced"/> says. Null: any wake-up will do. Written by the thread before it suspends, and by the carrier that resumes it.
    /// </summary>
    internal ref object? Awaits => ref WhileParked;

    // ---- start and end ------------------------------------------------------------------------------------------

    internal void Schedule(Scheduler scheduler)
    {
        scheduler.Register(this);
        _status.Start(scheduler.Index);
        scheduler.MakeRunnable(this);
    }

    private void Schedule(GreenThreadStartOptions options)
    {
        if (options.Name is { } name) Name = name;
        CancellationToken token = options.CancellationToken;
        StartTokenNode? node = token.CanBeCanceled ? new StartTokenNode(token) : null;
        if (!options.IsBackground)
        {
            ForegroundThreads.Add();
            AddJoiner(ForegroundThreads.Callback);
        }
        Scheduler scheduler = Scheduler.ForNewThread();
        try
        {
            if (token.IsCancellationRequested)
            {
                FinishNew(node!.CreateException(null));
                return;
            }
            if (node is not null)
            {
                Cancellation = node;
                node.Watch(this);
            }
            ScheduleKnown(scheduler);
        }
        catch (OutOfMemoryException)
        {
            node?.OwnerEnded();
            FinishNew(null);
            throw;
        }
    }

    /// <summary>As <see cref="Schedule(Scheduler)"/>, where others may know the thread already and interrupt, cancel or join it.</summary>
    internal void ScheduleKnown(Scheduler scheduler)
    {
        scheduler.Register(this);
        if (_status.TryStartKnown(scheduler.Index)) scheduler.MakeRunnable(this);
    }

    /// <summary>Ends the thread if it has not been started: its body never runs.</summary>
    internal void FinishNew(Exception? failure)
    {
        // before it is done: whoever sees that reads the outcome
        if (failure is not null && _status.IsNew) Outcome = Failure.Of(this, failure);
        if (_status.TryFinishNew()) WakeJoiners(Interlocked.Exchange(ref _joiners, s_ended));
    }

    /// <summary>The first slice, on the carrier. True: suspended, false: the body has returned.</summary>
    [NotWoven]
    internal bool RunBody()
    {
        Delegate body = TakeBody();
        Mode = Running;
        PinDepth = Runtime.IsWoven ? 0 : PinnedByStub;
        return CallBody(body);
    }

    [NotWoven]
    private protected virtual bool CallBody(Delegate body)
    {
        var action = Unsafe.As<Action>(body);
        Continuations.Handshake.OfferDelegate(action, this);
        action();
        return EndSlice();
    }

    /// <summary>On the carrier: the body has returned or thrown.</summary>
    [NotWoven]
    internal void Finish(Exception? failure)
    {
        PinDepth = 0;
        if (SideOrNull is { } side) failure = EndSide(side, failure);
        Handshake = failure is null ? Handshake : 0;
        if (failure is not null) Outcome = Failure.Of(this, failure);
        _status.Finish();
        WakeJoiners(Interlocked.Exchange(ref _joiners, s_ended));
    }

    private Exception? EndSide(ThreadSide side, Exception? failure)
    {
        side.Locals = null;
        if (side.Cancellation is not { } cancellation) return failure;
        Exception? wrong = CancellationNode.ThreadEnded(this, cancellation);
        side.Cancellation = null;
        return failure ?? wrong;
    }

    private Delegate TakeBody()
    {
        object attachment = _attachment!;
        if (attachment is Delegate body && Interlocked.CompareExchange(ref _attachment, null, attachment) == attachment) return body;
        var side = (ThreadSide)_attachment!;
        body = side.Body!;
        side.Body = null;
        return body;
    }

    // ---- rarely used fields -------------------------------------------------------------------------------------

    internal ThreadSide? SideOrNull => _attachment as ThreadSide;

    /// <summary>The side object, made on first use; from any thread.</summary>
    internal ThreadSide Side()
    {
        while (true)
        {
            object? attachment = Volatile.Read(ref _attachment);
            if (attachment is ThreadSide existing) return existing;
            var side = new ThreadSide();
            // the cached wake-up action is bound to this thread, which no body can be
            if (attachment is Waiter waiter) side.Waiter = waiter;
            else if (attachment is Delegate cached && ReferenceEquals(cached.Target, this)) side.Wake = (Action)cached;
            else side.Body = (Delegate?)attachment;
            if (Interlocked.CompareExchange(ref _attachment, side, attachment) == attachment) return side;
        }
    }

    /// <summary>A delegate that unparks this thread; called on this thread only.</summary>
    internal Action WakeAction()
    {
        object? attachment = Volatile.Read(ref _attachment);
        if (attachment is Action cached) return cached;
        if (attachment is null)
        {
            Action action = Unpark;
            if (Interlocked.CompareExchange(ref _attachment, action, null) is null) return action;
        }
        return Side().Wake ??= Unpark;
    }

    /// <inheritdoc/>
    internal override Waiter? CachedWaiter
    {
        get
        {
            object? attachment = _attachment; // others may put a ThreadSide in its place meanwhile
            return attachment is ThreadSide side ? side.Waiter : attachment as Waiter;
        }
        set
        {
            if (_attachment is null && Interlocked.CompareExchange(ref _attachment, value, null) is null) return;
            Side().Waiter = value;
        }
    }

    /// <inheritdoc/>
    internal override object?[]? StaticFields
    {
        get => SideOrNull?.StaticFields;
        set => Side().StaticFields = value;
    }

    // ---- joining ------------------------------------------------------------------------------------------------

    /// <summary>Registers a <see cref="Continuation"/> or an <see cref="EndCallback"/>; acts at once if the thread has ended.</summary>
    [NotWoven]
    internal void AddJoiner(object joiner)
    {
        if (ReferenceEquals(joiner, this)) ThrowSelfJoin();
        while (true)
        {
            object? joiners = Volatile.Read(ref _joiners);
            if (ReferenceEquals(joiners, s_ended))
            {
                WakeJoiners(joiner);
                return;
            }
            if (joiners is JoinerList list && list.TryAdd(joiner, s_ended, out bool ended))
            {
                if (ended) WakeJoiner(joiner);
                return;
            }
            object replacement = joiners is null ? joiner : new JoinerList(joiner, joiners);
            if (Interlocked.CompareExchange(ref _joiners, replacement, joiners) == joiners) return;
        }
    }

    // For a wait with a limit: a loop of such waits must not grow the list. The joiner remembers where it is registered.
    [NotWoven]
    private void AddJoinerOnce(Continuation joiner)
    {
        ref object? awaited = ref joiner is GreenThread thread ? ref thread.Side().Awaited : ref ((OsThread)joiner).Awaited;
        if (ReferenceEquals(awaited, this)) return;
        AddJoiner(joiner);
        awaited = this;
    }

    [NotWoven]
    private void WakeJoiners(object? joiners)
    {
        for (int nodes = 0; joiners is JoinerList list; nodes++)
        {
            if (nodes == MaxNodesAtOnce && Carrier.Current is { } carrier && carrier.TryWakeLater(this, list)) return;
            joiners = WakeJoinersIn(list);
        }
        if (joiners is not null) WakeJoiner(joiners);
    }

    /// <summary>Wakes those in one node of the list of joiners.</summary>
    /// <returns>The next one; or the last joiner, alone.</returns>
    internal object WakeJoinersIn(JoinerList list)
    {
        list.PrefetchJoiners();
        for (int i = 0; i < JoinerList.Capacity; i++)
        {
            if (list.Take(i, s_ended) is not { } joiner) continue;
            WakeJoiner(joiner);
            if (joiner is GreenThread thread) Prefetch.Thread(thread.InnermostFrame);
        }
        return list.Next;
    }

    internal void WakeJoiner(object joiner)
    {
        if (joiner is Continuation waiter) waiter.Unpark();
        else ((EndCallback)joiner).Ended(this);
    }

    /// <summary>After the end: what the body threw; counts as observed.</summary>
    internal Exception? TakeFailure() => (Outcome as Failure)?.Observe();

    /// <summary>After the end: throws what the body threw.</summary>
    [StackTraceHidden]
    internal void ThrowIfFailed()
    {
        if (Outcome is Failure failure) ExceptionDispatchInfo.Throw(failure.Observe());
    }

    private protected virtual Task AsTaskCore()
    {
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        AddJoiner(new VoidCompletion(completion));
        return completion.Task;
    }

    /// <summary>Something to do on the carrier when a thread has ended; must not run user code.</summary>
    internal abstract class EndCallback
    {
        internal abstract void Ended(GreenThread thread);
    }

    private sealed class VoidCompletion(TaskCompletionSource completion) : EndCallback
    {
        internal override void Ended(GreenThread thread)
        {
            if (thread.TakeFailure() is { } exception) completion.TrySetException(exception);
            else completion.TrySetResult();
        }
    }
}
