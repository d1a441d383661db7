using System.Runtime.CompilerServices;
using GreenThreads.Diagnostics;
using GreenThreads.Net;

namespace GreenThreads.Scheduling;

// Glossary
//   carrier    an OS thread that runs green threads
//   processor  the right to run them, with a run queue; as many as configured. A carrier without one sleeps, waits in
//              the poller, or finishes a slice in which it was blocked
//   slice      from mounting a thread on a carrier to its suspension or end
//   spinning   a carrier has a processor but no work, and looks for some
//   detached   a carrier gave its processor up in the middle of a slice (a pinned wait) and still runs or blocks there
//
// Where runnable threads are: the run-next slot, the ring and the stack of each processor; the global queue for what comes
// from other OS threads, from detached carriers, and what overflows a ring or a stack. Scheduler.Idle.cs has the wake-up
// protocol.

/// <summary>Runs green threads on a few OS threads.</summary>
[NotWoven]
internal sealed partial class Scheduler : IDisposable
{
    private const int MaxSchedulers = 256;

    private static readonly Lock s_gate = new();

    // Written under s_gate before a thread of that scheduler exists; read by any thread.
    private static readonly Scheduler?[] s_all = new Scheduler?[MaxSchedulers];

    // Guarded by s_gate.
    private static int s_created;
    private static GreenThreadOptions s_options = new();

    // Written once under s_gate.
    private static volatile Scheduler? s_default;

    private readonly Poller? _poller;
    private readonly TimerWheel[] _wheels;
    private readonly int _maxReplacements;
    private readonly Watchdog _watchdog;

    /// <param name="carriers">The number of processors.</param>
    /// <param name="maxReplacements">How many more carriers there may be at a time.</param>
    /// <param name="poller">The poller that idle carriers wait in; null: they wait for timers only.</param>
    /// <param name="isDefault">Whether it is the scheduler of the process.</param>
    internal Scheduler(int carriers, int maxReplacements, Poller? poller, bool isDefault = false)
    {
        _poller = poller;
        _maxReplacements = maxReplacements;
        long now = Deadline.Now;
        _wheels = new TimerWheel[carriers];
        _processors = new Processor[carriers];
        for (int i = 0; i < carriers; i++)
        {
            _wheels[i] = new TimerWheel(i, now);
            _processors[i] = new Processor(i, _wheels[i]);
        }
        for (int i = carriers - 1; i >= 0; i--) PushIdleLocked(_processors[i]);
        CarrierCount = carriers;
        _watchdog = new Watchdog(this);
        lock (s_gate)
        {
            // number 0 is the default one's, which never ends; the others, of tests, take turns
            Index = isDefault ? 0 : 1 + (s_created++ % (MaxSchedulers - 1));
            s_all[Index] = this;
        }
    }

    /// <summary>The number by which its threads know it.</summary>
    internal int Index { get; }

    /// <summary>The number of processors.</summary>
    internal int CarrierCount { get; }

    internal Poller? Poller => _poller;

    internal static GreenThreadOptions Options => Volatile.Read(ref s_options);

    /// <summary>The scheduler of the process.</summary>
    internal static Scheduler Default
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => s_default ?? CreateDefault();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Scheduler Of(ThreadStatus status) => s_all[status.SchedulerIndex]!;

    /// <summary>That of the calling thread, else the default one.</summary>
    internal static Scheduler ForNewThread() => Carrier.Current is { } carrier ? carrier.Scheduler : Default;

    internal static IEnumerable<Scheduler> All
    {
        get
        {
            foreach (Scheduler? scheduler in s_all)
            {
                if (scheduler is not null) yield return scheduler;
            }
        }
    }

    internal static void Configure(GreenThreadOptions options)
    {
        lock (s_gate)
        {
            if (s_default is not null)
            {
                throw new InvalidOperationException(
                    "A green thread has been started already. Call GreenThread.Configure before the first one, at the start of Main.");
            }
            Volatile.Write(ref s_options, options.Copy());
            Deadline.Clock?.Dispose();
            Deadline.Clock = options.TimeProvider is { } time && time != TimeProvider.System ? new VirtualClock(time) : null;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Scheduler CreateDefault()
    {
        RuntimeMeter.EnsureCreated(); // outside of the lock: it tells listeners, which are user code
        lock (s_gate)
        {
            if (s_default is { } existing) return existing;
            int carriers = s_options.EffectiveCarriers();
            return s_default = new Scheduler(carriers, s_options.MaxReplacements, Poller.TryCreate(), isDefault: true);
        }
    }

    // ---- making threads runnable --------------------------------------------------------------------------------

    /// <summary>Starts a green thread here.</summary>
    internal GreenThread Start(Action body)
    {
        var thread = new GreenThread(body);
        thread.Schedule(this);
        return thread;
    }

    /// <summary>Before a new thread is made runnable for the first time; any thread.</summary>
    /// <exception cref="OutOfMemoryException">There is no room for it; nothing has changed.</exception>
    internal void Register(GreenThread thread)
    {
        Carrier? carrier = Carrier.Current;
        if (carrier is not null && ReferenceEquals(carrier.Scheduler, this))
        {
            ThreadRegistry.Add(thread, ref carrier.FreeSlots);
            carrier.Counters.Started++;
            return;
        }
        ThreadRegistry.Add(thread);
        Interlocked.Increment(ref _startedOutside);
    }

    /// <summary>A thread that was registered, or parked; any thread. Never runs user code, never allocates.</summary>
    internal void MakeRunnable(GreenThread thread)
    {
        Carrier? carrier = Carrier.Current;
        if (carrier is not null && ReferenceEquals(carrier.Scheduler, this))
        {
            carrier.Ready(thread);
            return;
        }
        PushGlobal(thread);
        Wake();
    }

    internal void PushGlobal(GreenThread thread)
    {
        lock (_gate)
        {
            _global.Add(thread);
            _globalCount = _global.Count;
        }
        Interlocked.MemoryBarrier(); // before Wake looks at _spinning; pairs with the decrement in GoIdle
    }

    internal void PushGlobal(ref ThreadChain threads)
    {
        lock (_gate)
        {
            _global.Add(ref threads);
            _globalCount = _global.Count;
        }
        Interlocked.MemoryBarrier(); // as above
    }

    /// <summary>A fair share of the global queue: one thread is returned, the others go into the processor's ring.</summary>
    internal GreenThread? TakeGlobal(Processor processor)
    {
        if (_globalCount == 0) return null;
        lock (_gate) return TakeGlobalLocked(processor);
    }

    private GreenThread? TakeGlobalLocked(Processor processor)
    {
        GreenThread? first = _global.Take();
        int share = Math.Min((_global.Count / _processors.Length) + 1, RunQueue.Capacity / 2);
        share = Math.Min(share, RunQueue.Capacity - processor.Queue.Count + 1); // the first one is not queued
        while (--share > 0 && _global.Take() is { } thread) processor.Queue.TryPush(thread);
        _globalCount = _global.Count;
        return first;
    }

    // ---- timers -------------------------------------------------------------------------------------------------

    /// <summary>By a carrier, for a thread that it is about to park.</summary>
    internal void Arm(GreenThread thread, long deadline, TimerWheel wheel)
    {
        if (!wheel.Arm(thread, deadline)) return;
        if (Deadline.Clock is { } clock)
        {
            clock.Set(deadline);
            return;
        }
        // Pairs with the barrier in PollUntil: either we see until when the poller sleeps, or it sees the timer.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _pollUntil) > deadline) InterruptPoll();
    }

    /// <summary>By the carrier that resumes a thread. False: its time had passed.</summary>
    internal bool Disarm(GreenThread thread)
    {
        long handle = Volatile.Read(ref thread.TimerHandle);
        if (handle == TimerWheel.Fired)
        {
            thread.TimerHandle = 0;
            return false;
        }
        return _wheels[TimerWheel.WheelOf(handle)].Disarm(thread);
    }

    internal void ExpireAll()
    {
        long now = Deadline.Now;
        foreach (TimerWheel wheel in _wheels)
        {
            if (wheel.Next <= now) wheel.Expire(now);
        }
    }

    internal long NextTimer()
    {
        long next = Deadline.Never;
        foreach (TimerWheel wheel in _wheels) next = Math.Min(next, wheel.Next);
        return next;
    }

    internal TimerWheel FirstWheel => _wheels[0];

    // ---- looking at it ------------------------------------------------------------------------------------------

    internal bool IsMounted(GreenThread thread)
    {
        foreach (Carrier carrier in _carriers)
        {
            if (ReferenceEquals(carrier.Mounted, thread)) return true;
        }
        return false;
    }

    internal Carrier[] Carriers => _carriers;
}
