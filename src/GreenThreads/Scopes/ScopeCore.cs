using System.Globalization;
using System.Runtime.ExceptionServices;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;

namespace GreenThreads.Scopes;

// The state of a scope. Children refer to it, not to the GreenScope, so that an abandoned GreenScope is collected while
// they run.
//
//   Open      -> Cancelled // Cancel: once; wakes the owner, the children, and the scopes inside
//   Open, Cancelled -> Closed // Close, by the owner, after the last child has ended
//
// A child is a member (started) or queued (beyond the limit of concurrency, not started). Each leaves through ChildEnded,
// on the carrier on which it ended, or on the canceller if it was queued. _live counts both; whoever makes it zero
// unparks the owner.

/// <summary>A scope: its children, its failures, its cancellation.</summary>
[NotWoven]
internal sealed partial class ScopeCore : CancellationNode, IWaitTarget
{
    private const int Queued = -1;

    private readonly int _limit;
    private readonly bool _cancelsSiblings;
    private readonly TimeSpan? _deadline;
    private readonly CancellationToken _external;
    private readonly string? _name;
    private readonly string _createdAt;
    private readonly ITimer? _timer;
    private readonly CancellationTokenRegistration _registration;

    // All guarded by Gate. _cause and _live are read without it: _cause never changes twice, _live is waited for in a loop.
    private volatile CancelCause _cause;
    private volatile int _live;
    private int _running;
    private int _started;
    private GreenThread?[] _members = [];
    private int _memberCount;
    private Queue<GreenThread>? _queued;
    private List<Exception>? _failures;
    private CancellationTokenSource? _source;
    private bool _closed;

    // Set by any thread, never unset: a child ended by the cancellation, or was not even started.
    private volatile bool _childCutShort;

    // Owner (or the carrier that resumes it) only: a wait of the owner was ended by the cancellation.
    private bool _ownerCutShort;

    // Owner only.
    private bool _reported;

    internal ScopeCore(Continuation owner, GreenScopeOptions options, string createdAt)
        : base(owner.Cancellation)
    {
        Owner = owner;
        ChildEndedCallback = new ChildEnd(this);
        _limit = options.MaxConcurrency ?? int.MaxValue;
        _cancelsSiblings = !options.KeepSiblings;
        _deadline = options.Deadline;
        _external = options.CancellationToken;
        _name = options.Name;
        _createdAt = createdAt;
        Enter(owner);
        if (_external.CanBeCanceled)
            _registration = _external.UnsafeRegister(static self => ((ScopeCore)self!).Cancel(CancelCause.Token), this);
        if (_deadline is { } deadline && deadline != Timeout.InfiniteTimeSpan)
        {
            if (deadline == TimeSpan.Zero) Cancel(CancelCause.Deadline);
            TimeProvider time = options.TimeProvider ?? Scheduler.Options.TimeProvider ?? TimeProvider.System;
            _timer = time.CreateTimer(static self => ((ScopeCore)self!).Cancel(CancelCause.Deadline), this, deadline, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The thread that made it.</summary>
    internal override Continuation Owner { get; }

    /// <summary>What each child has as its first joiner.</summary>
    internal GreenThread.EndCallback ChildEndedCallback { get; }

    internal override bool IsCanceled => _cause != CancelCause.None;

    internal override CancellationToken Token
    {
        get
        {
            bool cancel;
            CancellationTokenSource source;
            lock (Gate)
            {
                cancel = _source is null && _cause != CancelCause.None;
                source = _source ??= new CancellationTokenSource();
            }
            if (cancel) source.Cancel(); // nobody has registered yet
            return source.Token;
        }
    }

    internal override CancellationToken OriginToken => _cause switch
    {
        CancelCause.Parent => Parent!.OriginToken,
        CancelCause.Token => _external,
        _ => Token,
    };

    internal int Live => _live;

    internal bool IsClosed => _closed;

    /// <summary>The children that failed so far, and what with.</summary>
    internal Exception[] Failures
    {
        get
        {
            lock (Gate) return _failures is null ? [] : [.. _failures];
        }
    }

    Continuation? IWaitTarget.Owner => null;

    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"the {_live} children of {this}");

    public override string ToString() => _name is null ? $"the scope made {_createdAt}" : $"the scope '{_name}' made {_createdAt}";

    // ---- children -----------------------------------------------------------------------------------------------

    /// <summary>Starts a thread, or queues it if as many run as may; if the scope is cancelled it ends without having run.</summary>
    internal void Start(GreenThread child)
    {
        bool queued;
        lock (Gate)
        {
            if (_closed) throw new ObjectDisposedException(nameof(GreenScope), $"Nothing can be started in {this}: it has been disposed.");
            _live++;
            _started++;
            queued = _cause != CancelCause.None || _running >= _limit;
            if (queued) child.Side().ScopeSlot = Queued;
            else AddMemberLocked(child);
            if (queued && _cause == CancelCause.None)
            {
                (_queued ??= new Queue<GreenThread>()).Enqueue(child);
                return;
            }
        }
        if (queued) Drop(child);
        else Schedule(child);
    }

    private void Schedule(GreenThread child)
    {
        try
        {
            child.ScheduleKnown(Scheduler.ForNewThread());
        }
        catch (OutOfMemoryException)
        {
            child.FinishNew(null); // unless it is queued already: it never ran, and the starter gets the exception
            throw;
        }
    }

    // Not started, because the scope is cancelled.
    private void Drop(GreenThread child)
    {
        _childCutShort = true;
        child.FinishNew(CreateException(null));
    }

    private void ChildEnded(GreenThread child)
    {
        Exception? failure = child.TakeFailure();
        GreenThread? next = null;
        bool cancels = false;
        bool last;
        lock (Gate)
        {
            if (child.Side().ScopeSlot != Queued) RemoveMemberLocked(child);
            if (failure is OperationCanceledException && _cause != CancelCause.None)
            {
                _childCutShort = true;
            }
            else if (failure is not null)
            {
                (_failures ??= []).Add(failure);
                cancels = _cancelsSiblings && _cause == CancelCause.None;
            }
            if (!cancels && _cause == CancelCause.None && _running < _limit && _queued is not null && _queued.TryDequeue(out next)) AddMemberLocked(next);
            last = --_live == 0;
        }
        if (cancels) Cancel(CancelCause.Failure);
        if (next is not null) Schedule(next);
        if (last) Owner.Unpark();
    }

    private void AddMemberLocked(GreenThread child)
    {
        if (_memberCount == _members.Length) Array.Resize(ref _members, Math.Max(4, _memberCount * 2));
        child.Side().ScopeSlot = _memberCount;
        _members[_memberCount++] = child;
        _running++;
    }

    private void RemoveMemberLocked(GreenThread child)
    {
        int slot = child.Side().ScopeSlot;
        GreenThread last = _members[--_memberCount]!;
        _members[_memberCount] = null;
        if (!ReferenceEquals(last, child))
        {
            _members[slot] = last;
            last.Side().ScopeSlot = slot;
        }
        _running--;
    }

    // ---- cancellation -------------------------------------------------------------------------------------------

    internal override void CancelFromParent() => Cancel(CancelCause.Parent);

    /// <summary>Ends the waits of everything in the scope. The first call counts. Any thread; never runs user code.</summary>
    internal void Cancel(CancelCause cause)
    {
        GreenThread?[] members;
        Queue<GreenThread>? queued;
        CancellationTokenSource? source;
        lock (Gate)
        {
            if (_cause != CancelCause.None || _closed) return;
            _cause = cause;
            members = _members.AsSpan(0, _memberCount).ToArray();
            queued = _queued;
            _queued = null;
            source = _source;
        }
        Owner.WakeForCancellation();
        foreach (GreenThread? member in members) member!.WakeForCancellation();
        CancelInner();
        if (queued is not null)
        {
            foreach (GreenThread child in queued) Drop(child);
        }
        // what is registered with the token is user code
        if (source is not null) _ = source.CancelAsync();
    }

    internal override OperationCanceledException CreateException(Continuation? waiter)
    {
        if (ReferenceEquals(waiter, Owner)) _ownerCutShort = true;
        string why = _cause switch
        {
            CancelCause.Failure => "something in it has failed",
            CancelCause.Deadline => $"its deadline of {_deadline} has passed",
            CancelCause.Token => "the token it was made with was cancelled",
            CancelCause.Parent => "what lies around it was cancelled",
            CancelCause.Owner => "its owner's wait for the children was ended",
            CancelCause.Leak => "it was never disposed",
            _ => "Cancel was called",
        };
        return new OperationCanceledException($"The wait was ended because {this} is cancelled: {why}.", OriginToken);
    }

    // ---- the end ------------------------------------------------------------------------------------------------

    /// <summary>By the owner: the code in the scope ended with an exception.</summary>
    internal void BodyFailed(Exception failure)
    {
        lock (Gate)
        {
            if (failure is OperationCanceledException && _cause != CancelCause.None) return;
            if (_failures is not null && _failures.Contains(failure)) return; // it is one of ours, rethrown by a join
            (_failures ??= []).Add(failure);
        }
        Cancel(CancelCause.Failure);
    }

    /// <summary>By the owner, before it waits for the children: for the time of that wait it is outside of all scopes.</summary>
    /// <returns>False: a scope inside of this one is open, and its cancellation ends the wait.</returns>
    internal bool TryStepOut()
    {
        if (!ReferenceEquals(Owner.Cancellation, this)) return false;
        Owner.Cancellation = null;
        return true;
    }

    /// <summary>The end of <see cref="TryStepOut"/>.</summary>
    internal void StepIn()
    {
        Owner.Cancellation = this;
        if (IsCanceled) Owner.WakeForCancellation();
    }

    /// <summary>By the owner: no child lives. Leaves the scope.</summary>
    internal void Close()
    {
        lock (Gate) _closed = true;
        _timer?.Dispose();
        _registration.Unregister();
        Leave(Owner);
    }

    /// <summary>By the owner, after the children have ended: what the scope throws, or null.</summary>
    /// <param name="waitFailure">What ended the owner's wait for them.</param>
    /// <param name="countOwner">Whether a wait of the owner that was ended matters too: it has not been dealt with in the scope.</param>
    internal ExceptionDispatchInfo? TakeOutcome(Exception? waitFailure, bool countOwner)
    {
        if (_reported || Outcome(waitFailure, countOwner) is not { } outcome) return null;
        _reported = true;
        return ExceptionDispatchInfo.Capture(outcome);
    }

    private Exception? Outcome(Exception? waitFailure, bool countOwner)
    {
        Exception[] failures = Failures;
        if (failures.Length > 0)
        {
            if (failures.Length > 1) GreenScope.Attach(failures[0], failures[1..]);
            return failures[0];
        }
        if (_cause == CancelCause.Deadline && (_childCutShort || (countOwner && _ownerCutShort)))
        {
            return new TimeoutException($"The deadline of {_deadline} has passed before {this} was done. Give it more time, or catch this exception.");
        }
        if (waitFailure is ThreadInterruptedException) return waitFailure;
        if (_childCutShort && _cause is CancelCause.Parent or CancelCause.Token) return CreateException(null);
        return _cause == CancelCause.Owner ? waitFailure : null;
    }

    internal override Exception OwnerEnded() => Leak();

    /// <summary>The scope was left open: cancels the children. By any thread, the owner being at its end or unaware.</summary>
    internal Exception Leak()
    {
        int live = _live;
        Cancel(CancelCause.Leak);
        if (ReferenceEquals(Owner.Cancellation, this)) Close();
        return new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"A leak: {this} was never disposed; its {live} running children have been cancelled. Write `using var scope = new GreenScope()`."));
    }

    private sealed class ChildEnd(ScopeCore scope) : GreenThread.EndCallback
    {
        [NotWoven]
        internal override void Ended(GreenThread thread) => scope.ChildEnded(thread);
    }
}
