namespace GreenThreads.Scheduling;

// Who has which processor: handing over in the middle of a slice, replacing stuck carriers, waking carriers with a grant,
// starting and ending them. All under _gate; signals are sent after it.
internal sealed partial class Scheduler
{
    // ---- handing over -------------------------------------------------------------------------------------------

    /// <summary>By a carrier in the middle of a slice that is going to block: its processor goes to another carrier.</summary>
    /// <returns>False: as many carriers as allowed have been replaced, the processor stays.</returns>
    internal bool HandOver(Carrier carrier)
    {
        Wakeup wakeup = default;
        bool retired = false;
        LateJoiners? joiners = null;
        lock (_gate)
        {
            if (carrier.Processor is not { } processor) return true;
            if (_detached >= _maxReplacements) return false;
            _detached++;
            carrier.IsDetached = true;
            carrier.Processor = null;
            if (processor.IsReplaced)
            {
                joiners = RetireLocked(processor);
                retired = true;
            }
            else if (processor.HasWork || _globalCount != 0 || _polling is null) wakeup = GrantLocked(processor, spinning: false);
            else PushIdleLocked(processor);
        }
        Notify(wakeup);
        if (retired)
        {
            Interlocked.MemoryBarrier(); // as in PushGlobal: what lay in its queue is on the global one now
            Wake();
            joiners?.WakeSome(int.MaxValue);
        }
        return true;
    }

    /// <summary>By the watchdog: the carrier that is in a slice on this processor, or null.</summary>
    internal Carrier? FindRunning(Processor processor)
    {
        foreach (Carrier carrier in _carriers)
        {
            if (ReferenceEquals(carrier.Processor, processor)) return carrier.Mounted is null ? null : carrier;
        }
        return null;
    }

    /// <summary>By the watchdog: whether threads or timers wait for this processor's carrier.</summary>
    internal bool WorkWaitsFor(Processor processor) =>
        processor.HasWork
        || (_idleCount == 0 && (_globalCount != 0 || processor.Timers.Next <= Deadline.Now || IsWorkStranded()));

    // Who takes the place of a stuck carrier steals half of its queue only. The rest stays with the replaced processor, whose
    // carrier does not come: as long as any carrier looks for work it is found, but not if all that are left block as well.
    private bool IsWorkStranded()
    {
        foreach (Processor processor in _processors)
        {
            if (processor.IsReplaced && processor.HasWork) return true;
        }
        return false;
    }

    /// <summary>By the watchdog: it may sleep while all processors are idle.</summary>
    internal bool TryLetWatchdogSleep()
    {
        lock (_gate)
        {
            if (_idleCount != _processors.Length) return false;
            _watchdog.FallAsleepLocked();
            return true;
        }
    }

    /// <summary>
    /// Beyond the bound of replacements the watchdog still adds one each so many milliseconds while work waits and nothing else
    /// helps: those that block may wait for what only a thread in a queue can release.
    /// </summary>
    internal const int BeyondBoundIntervalMs = 25;

    // Guarded by _gate; the count is read by any.
    private long _lastBeyondBound;
    private long _beyondBound;

    /// <summary>By the watchdog: a carrier has not left its slice for long, and work waits.</summary>
    /// <exception cref="OutOfMemoryException">There is no memory for another; it is tried again.</exception>
    internal bool Replace(Processor stuck)
    {
        Wakeup wakeup;
        bool isBeyondBound = false;
        lock (_gate)
        {
            if (_stopping || stuck.IsReplaced || Array.IndexOf(_processors, stuck) < 0) return false;
            stuck.IsStuck = true;
            Processor? other = PopIdleLocked();
            if (other is null)
            {
                isBeyondBound = _detached >= _maxReplacements;
                if (isBeyondBound && !MayGoBeyondLocked()) return false;
                other = new Processor(stuck.Index, stuck.Timers);
                _processors = [.. _processors, other];
                _detached++;
                stuck.IsReplaced = true;
            }
            Interlocked.Increment(ref _spinning.Count);
            wakeup = GrantLocked(other, spinning: true);
        }
        Interlocked.MemoryBarrierProcessWide(); // what lies in its run-next slot is seen by whoever comes now: see Processor
        if (isBeyondBound) Diagnostics.GreenThreadEventSource.Log.CarrierBeyondBound(DetachedCount, _maxReplacements);
        Notify(wakeup);
        return true;
    }

    // A bound of 0 is meant: nothing is ever replaced.
    private bool MayGoBeyondLocked()
    {
        long now = System.Diagnostics.Stopwatch.GetTimestamp();
        if (_maxReplacements == 0 || now - _lastBeyondBound < BeyondBoundIntervalMs * Deadline.TicksPerMillisecond) return false;
        _lastBeyondBound = now;
        _beyondBound++;
        return true;
    }

    // The carrier of a processor that was replaced is looking for work.
    private void Retire(Carrier carrier, Processor replaced)
    {
        LateJoiners? joiners;
        lock (_gate)
        {
            joiners = RetireLocked(replaced);
            carrier.Processor = null;
        }
        joiners?.WakeSome(int.MaxValue);
    }

    // The end of a processor that was replaced: its work goes to the global queue. The caller wakes the joiners that are
    // returned, after leaving the lock.
    private LateJoiners? RetireLocked(Processor processor)
    {
        _detached--;
        while (processor.Take() is { } thread) _global.Add(thread);
        _globalCount = _global.Count;
        _processors = Without(_processors, processor);
        return Interlocked.Exchange(ref processor.Joiners, null);
    }

    // ---- registering, granting ----------------------------------------------------------------------------------

    private void PushIdleLocked(Processor processor)
    {
        if (_idleCount == _idle.Length) Array.Resize(ref _idle, _idle.Length * 2);
        _idle[_idleCount++] = processor;
    }

    private Processor? PopIdleLocked()
    {
        if (_idleCount == 0) return null;
        Processor? processor = _idle[--_idleCount];
        _idle[_idleCount] = null;
        _watchdog.EnsureAwake();
        return processor;
    }

    private bool RegisterLocked(Carrier carrier)
    {
        if (_polling is null)
        {
            _polling = carrier;
            return true;
        }
        _sleeping.Add(carrier);
        return false;
    }

    private void UnregisterLocked(Carrier carrier)
    {
        if (ReferenceEquals(_polling, carrier)) _polling = null;
        else _sleeping.Remove(carrier);
    }

    // Gives a processor to a sleeping carrier, the polling one, or a new one. The caller notifies outside of the lock.
    private Wakeup GrantLocked(Processor processor, bool spinning)
    {
        Wakeup wakeup;
        if (_sleeping.Count != 0)
        {
            wakeup = new Wakeup(_sleeping[^1], WakeupKind.Signal);
            _sleeping.RemoveAt(_sleeping.Count - 1);
        }
        else if (_polling is { Granted: null })
        {
            // It stays the polling carrier until it takes the grant: a second one in the poller could swallow its interrupt.
            wakeup = new Wakeup(_polling, _poller is null ? WakeupKind.Signal : WakeupKind.InterruptPoller);
        }
        else if (TryMakeCarrierLocked() is { } made)
        {
            wakeup = new Wakeup(made, WakeupKind.StartThread);
        }
        else
        {
            // The processor waits for a carrier that comes free; with none at all whoever made the work has to know.
            if (spinning) Interlocked.Decrement(ref _spinning.Count);
            PushIdleLocked(processor);
            if (_carriers.Length == 0) throw new OutOfMemoryException("There is no memory for an OS thread that runs green threads.");
            return default;
        }
        wakeup.Carrier!.Granted = processor;
        wakeup.Carrier.GrantedSpinning = spinning;
        return wakeup;
    }

    // Null: there is no memory for it.
    private Carrier? TryMakeCarrierLocked()
    {
        try
        {
            var carrier = new Carrier(this);
            _carriers = [.. _carriers, carrier];
            _carriersStarted++;
            return carrier;
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    private void TakeGrantLocked(Carrier carrier)
    {
        if (ReferenceEquals(_polling, carrier)) _polling = null;
        carrier.Processor = carrier.Granted;
        carrier.IsSpinning = carrier.GrantedSpinning;
        carrier.Granted = null;
        carrier.GrantedSpinning = false;
    }

    /// <summary>On a new carrier.</summary>
    internal void TakeFirstGrant(Carrier carrier)
    {
        lock (_gate) TakeGrantLocked(carrier);
    }

    private void Notify(Wakeup wakeup)
    {
        switch (wakeup.Kind)
        {
            case WakeupKind.Signal:
                wakeup.Carrier!.OsThread.Signal();
                break;
            case WakeupKind.InterruptPoller:
                _poller!.Interrupt();
                break;
            case WakeupKind.StartThread:
                StartThread(wakeup.Carrier!);
                break;
        }
    }

    private void StartThread(Carrier carrier)
    {
        try
        {
            carrier.Start();
        }
        catch (OutOfMemoryException)
        {
            // The system has no OS thread left. The processor waits for a carrier that comes free; with none at all
            // nothing would ever run, and whoever made the work has to know.
            lock (_gate)
            {
                if (carrier.GrantedSpinning) Interlocked.Decrement(ref _spinning.Count);
                PushIdleLocked(carrier.Granted!);
                carrier.Granted = null;
                EndLocked(carrier);
                if (_carriers.Length != 0) return;
            }
            throw;
        }
    }

    private void EndLocked(Carrier carrier)
    {
        if (carrier.IsSpinning)
        {
            carrier.IsSpinning = false;
            Interlocked.Decrement(ref _spinning.Count);
        }
        if (carrier.Processor is { } processor)
        {
            carrier.Processor = null;
            PushIdleLocked(processor);
        }
        _retired.Add(carrier.Counters);
        Diagnostics.ThreadRegistry.ReturnAll(ref carrier.FreeSlots);
        _carriers = Without(_carriers, carrier);
    }

    // Without memory for a shorter array the item stays, which only costs looks at it.
    private static T[] Without<T>(T[] array, T item)
        where T : class
    {
        try
        {
            return Array.FindAll(array, other => !ReferenceEquals(other, item));
        }
        catch (OutOfMemoryException)
        {
            return array;
        }
    }

    /// <summary>Ends all carriers that do not run a slice; for schedulers of tests. Threads that live are abandoned.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            foreach (Carrier carrier in _carriers) carrier.OsThread.Signal();
        }
        _poller?.Interrupt();
        _watchdog.Stop();
    }

    private readonly record struct Wakeup(Carrier? Carrier, WakeupKind Kind);

    private enum WakeupKind
    {
        None,
        Signal,
        InterruptPoller,
        StartThread,
    }
}
