using System.Diagnostics;
using System.Runtime.CompilerServices;
using GreenThreads.Channels;
using GreenThreads.Continuations;
using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads;

// One wait:
//
//   1. Poll    each case in turn, with the gate of its channel only: whatever is ready is taken, and that is all.
//   2. Enlist  enters the gates of all channels, in the order of their numbers, tries each case again, and if none is ready
//              opens the claim and puts a node into each queue: nothing can become ready in between.
//   3. AwaitWinner  parks until a waker has won the claim (its node was granted or refused), or the thread itself has won it
//              for a case that is no channel, a time limit, a cancellation, or an exception.
//   4. Settle  withdraws all other nodes, takes what was handed over.
//
// Gates: only step 2 holds more than one, in one order for all selects, and every other operation holds one: no cycle. Two
// selects that wait for each other's channels cannot miss each other either: step 2 is atomic over all their channels, so
// the later one finds the nodes of the earlier one, and needs nobody's claim but that one's. A select cannot meet itself (a
// send and a receive on the same channel): it tries its cases before its own nodes are there.
//
// The claim (drawn in Claim.cs) decides between wakers of different channels and the thread itself. A waker that loses
// drops the node and looks for the next waiter, so that no item is handed to a select that has got another one.
//
// Turns: each poll begins after the case that was selected last, so a case that stays ready waits for at most all others.
// The first wait of a select begins anywhere.
public sealed partial class GreenSelect : IWaitTarget
{
    private const int NotReady = -1;
    private const int TimeIsUp = -2;
    private const int Cancelled = -3;

    /// <summary>Shared by the nodes of all cases.</summary>
    internal readonly Claim Claim = new();

    // The channel cases by the numbers of their channels; null when cases have been added. The waiting thread only.
    private SelectChannelCase[]? _byGate;

    // Where the next poll begins. The waiting thread only.
    private int _next = Random.Shared.Next(1 << 16);

    // The thread that waits. Set by compare-exchange, so that there is one; read by WakeWaiter on any thread.
    private Continuation? _thread;

    // Made on first use; given to tasks and tokens, which call it on any thread.
    private Action? _wake;

    private TCase Add<TCase>(TCase added)
        where TCase : SelectCase
    {
        if (Volatile.Read(ref _thread) is not null) ThrowInUse();
        _cases.Add(added);
        _byGate = null;
        return added;
    }

    private int WaitUntil(long deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Continuation self = Continuation.Current;
        int index = Begin(self, mayWait: deadline != 0);
        if (index == NotReady && deadline != 0) index = AwaitWinner(deadline, cancellationToken);
        if (index < 0) return NoCase;
        _cases[index].Run();
        return index;
    }

    // ---- steps 1 and 2 ------------------------------------------------------------------------------------------

    // A case that was ready, NoCase if none is enabled and thus none will ever be, or NotReady: then the thread has the select
    // and its nodes stand in the queues, if it may wait.
    [NotWoven]
    private int Begin(Continuation self, bool mayWait)
    {
        if (Interlocked.CompareExchange(ref _thread, self, null) is not null) ThrowInUse();
        int index = NotReady;
        bool waits = false;
        try
        {
            if (!BeginCases()) return TimeIsUp;
            index = Poll();
            if (index == NotReady && mayWait) index = Enlist(self);
            waits = index == NotReady && mayWait;
        }
        finally
        {
            if (!waits) End(index);
        }
        return index;
    }

    private bool BeginCases()
    {
        bool enabled = false;
        foreach (SelectCase each in _cases)
        {
            if (!each.IsEnabled) continue;
            each.Begin();
            enabled = true;
        }
        return enabled;
    }

    private void End(int index)
    {
        if (index >= 0) _next = index + 1;
        Volatile.Write(ref _thread, null);
    }

    private int Poll()
    {
        int count = _cases.Count;
        int index = _next % count;
        for (int i = 0; i < count; i++)
        {
            SelectCase candidate = _cases[index];
            if (candidate.IsEnabled && candidate.TryNow()) return index;
            if (++index == count) index = 0;
        }
        return NotReady;
    }

    private int Enlist(Continuation self)
    {
        SelectChannelCase[] cases = _byGate ??= ByGate();
        while (true)
        {
            EnterGates(cases);
            ChannelStep step = TryLocked(out SelectChannelCase? ready, out Continuation? woken);
            if (step == ChannelStep.WouldWait)
            {
                Claim.Open();
                foreach (SelectChannelCase each in cases)
                {
                    if (each.TakesPart) each.Enlist(self);
                }
            }
            LeaveGates(cases);
            switch (step)
            {
                case ChannelStep.WouldWait:
                    foreach (SelectChannelCase each in cases)
                    {
                        if (each.TakesPart) each.AfterGates(step, null); // asynchronous code may watch for somebody who waits
                    }
                    return NotReady;
                case ChannelStep.NeedsRoom:
                    ready!.MakeRoom();
                    break;
                default:
                    ready!.AfterGates(step, woken);
                    return ready.Index;
            }
        }
    }

    // In turn, as Poll does.
    private ChannelStep TryLocked(out SelectChannelCase? ready, out Continuation? woken)
    {
        int count = _cases.Count;
        int index = _next % count;
        for (int i = 0; i < count; i++)
        {
            ready = _cases[index] as SelectChannelCase;
            if (ready is not null && ready.TakesPart)
            {
                ChannelStep step = ready.TryLocked(out woken);
                if (step != ChannelStep.WouldWait) return step;
            }
            if (++index == count) index = 0;
        }
        ready = null;
        woken = null;
        return ChannelStep.WouldWait;
    }

    // Two cases of one channel stand side by side and enter its gate once. A case may be disabled by being tried (closed), so
    // what was enabled when the gates were entered is noted.
    private static void EnterGates(SelectChannelCase[] cases)
    {
        long entered = 0;
        foreach (SelectChannelCase each in cases)
        {
            each.TakesPart = each.IsEnabled;
            if (!each.TakesPart || each.GateNumber == entered) continue;
            entered = each.GateNumber;
            each.EnterGate();
        }
    }

    private static void LeaveGates(SelectChannelCase[] cases)
    {
        long left = 0;
        foreach (SelectChannelCase each in cases)
        {
            if (!each.TakesPart || each.GateNumber == left) continue;
            left = each.GateNumber;
            each.LeaveGate();
        }
    }

    private SelectChannelCase[] ByGate()
    {
        SelectChannelCase[] cases = [.. _cases.OfType<SelectChannelCase>()];
        Array.Sort(cases, static (a, b) => a.GateNumber.CompareTo(b.GateNumber));
        return cases;
    }

    // ---- step 3 -------------------------------------------------------------------------------------------------

    private int AwaitWinner(long deadline, CancellationToken cancellationToken)
    {
        int index = NotReady;
        try
        {
            long until = Register(deadline, cancellationToken, out CancellationTokenRegistration registration);
            try
            {
                while (index == NotReady && Claim.IsOpen)
                {
                    index = PollOthers(deadline, cancellationToken);
                    if (index == NotReady) Parker.Park(ParkReason.Select, until, this);
                }
            }
            finally
            {
                registration.Unregister();
            }
        }
        catch (Exception exception)
        {
            if (Claim.TryWin(null))
            {
                Settle(NotReady);
                throw;
            }
            Parker.Postpone(exception);
            index = NotReady;
        }
        index = Settle(index);
        if (index == Cancelled) throw new OperationCanceledException(cancellationToken);
        return index;
    }

    // Whoever is not in a queue of a channel has the thread unparked. Until when to park.
    [NotWoven]
    private long Register(long deadline, CancellationToken cancellationToken, out CancellationTokenRegistration registration)
    {
        registration = cancellationToken.CanBeCanceled ? Waiter.WakeOnCancel(_thread!, cancellationToken) : default;
        if (_cases.Count == _byGate!.Length) return deadline;
        long until = deadline;
        foreach (SelectCase each in _cases)
        {
            if (!each.IsEnabled || each is SelectChannelCase) continue;
            until = Math.Min(until, each.Due);
            each.Register(_wake ??= WakeWaiter);
        }
        // Pairs with the completion of a task: it either is seen by PollOthers, or finds _thread in WakeWaiter.
        Interlocked.MemoryBarrier();
        return until;
    }

    [NotWoven]
    private void WakeWaiter() => Volatile.Read(ref _thread)?.Unpark();

    // The thread itself has to win the claim for what is no channel. NotReady: nothing there, or a waker was faster.
    [NotWoven]
    private int PollOthers(long deadline, CancellationToken cancellationToken)
    {
        int count = _cases.Count;
        int others = count - _byGate!.Length;
        int index = _next % count;
        for (int i = 0; i < count && others > 0; i++)
        {
            if (_cases[index] is not SelectChannelCase)
            {
                others--;
                SelectCase candidate = _cases[index];
                if (candidate.IsEnabled && candidate.IsReady)
                {
                    if (!Claim.TryWin(null)) return NotReady;
                    candidate.TryNow();
                    return index;
                }
            }
            if (++index == count) index = 0;
        }
        if (cancellationToken.IsCancellationRequested) return Claim.TryWin(null) ? Cancelled : NotReady;
        if (Deadline.HasPassed(deadline)) return Claim.TryWin(null) ? TimeIsUp : NotReady;
        return NotReady;
    }

    // ---- step 4 -------------------------------------------------------------------------------------------------

    // The claim is won. Withdraws all nodes; the case that won, if it is a channel's, else what was passed in.
    [NotWoven]
    private int Settle(int index)
    {
        Waiter? winner = Claim.Winner;
        SelectChannelCase? won = null;
        foreach (SelectChannelCase each in _byGate!)
        {
            if (!each.TakesPart) continue;
            if (ReferenceEquals(each.Node, winner)) won = each;
            else each.Withdraw();
        }
        if (_cases.Count != _byGate.Length)
        {
            foreach (SelectCase each in _cases) each.Unregister();
        }
        if (won is null)
        {
            End(index);
            return index;
        }
        if (won.Node.IsWaiting)
        {
            won.EnterGate(); // its waker is still under it
            won.LeaveGate();
        }
        End(won.Index);
        won.TakeOutcome();
        return won.Index;
    }

    Continuation? IWaitTarget.Owner => null;

    string IWaitTarget.Describe() => $"select ({_cases.Count} cases)";

    private static void ThrowInUse() => throw new InvalidOperationException(
        "Another thread waits with this select (or adds a case while one waits). Make a select for each thread.");
}
