using System.Reflection;
using System.Runtime.CompilerServices;
using GreenThreads.Scheduling;

namespace GreenThreads.Blocking;

// A barrier counts arrivals and waits for an event per phase. There is no public way to arrive without waiting, so the
// arrival of all but the last is made here, in the barrier's own state word, as Barrier.SignalAndWait makes it; the last
// one, which finishes the phase and does not wait, makes the plain call. Where a framework has other parts, everybody
// makes the plain call, and blocks the carrier.
//
// The state word: bit 31 the sense of the phase, bits 16-30 how many have arrived, bits 0-14 how many participate.

/// <summary>One arrival of a green thread at a barrier.</summary>
internal readonly struct BarrierArrival
{
    private const int OneArrival = 1 << 16;
    private const int TotalMask = 0x7FFF;
    private const int SenseMask = unchecked((int)0x80000000);

    // The events are reset two phases later: a wait looks at the phase again after so long.
    private const int MaxSliceMs = 10_000;

    private static readonly bool s_isKnown =
        Has("_currentTotalCount", typeof(int)) && Has("_oddEvent", typeof(ManualResetEventSlim))
        && Has("_evenEvent", typeof(ManualResetEventSlim)) && Has("_exception", typeof(Exception))
        && Has("_disposed", typeof(bool));

    private readonly Barrier _barrier;
    private readonly ManualResetEventSlim _event;
    private readonly long _phase;
    private readonly int _sense;

    private BarrierArrival(Barrier barrier, int word, long phase)
    {
        _barrier = barrier;
        _sense = word & SenseMask;
        _event = _sense == 0 ? EvenEvent(barrier) : OddEvent(barrier);
        _phase = phase;
    }

    /// <summary>Counts an arrival that has to wait.</summary>
    /// <returns>False for the last one, and where the plain call throws.</returns>
    internal static bool TryArrive(Barrier barrier, out BarrierArrival arrival)
    {
        arrival = default;
        if (!s_isKnown || IsDisposed(barrier)) return false;
        ref int state = ref State(barrier);
        while (true)
        {
            int word = Volatile.Read(ref state);
            int arrived = (word & ~(SenseMask | TotalMask)) >> 16;
            int total = word & TotalMask;
            long phase = barrier.CurrentPhaseNumber;
            bool isFinishing = arrived == 0 && ((word & SenseMask) == 0) != (phase % 2 == 0);
            if (arrived + 1 >= total || isFinishing) return false;
            if (Interlocked.CompareExchange(ref state, word + OneArrival, word) != word) continue;
            arrival = new BarrierArrival(barrier, word, phase);
            return true;
        }
    }

    /// <summary>Waits until the phase is finished; suspends a green thread.</summary>
    /// <returns>False when the time has passed.</returns>
    internal bool Wait(int millisecondsTimeout, CancellationToken cancellationToken)
    {
        BarrierArrival self = this;
        long deadline = Deadline.After(millisecondsTimeout, nameof(millisecondsTimeout));
        while (self._phase == self._barrier.CurrentPhaseNumber)
        {
            int left = Deadline.MillisecondsLeft(deadline);
            if (left == 0) return false;
            int slice = left is Timeout.Infinite or > MaxSliceMs ? MaxSliceMs : left;
            if (self._event.IsSet || EventWait.Wait(self._event.WaitHandle, slice, cancellationToken)) return true;
        }
        return true;
    }

    /// <summary>Takes the arrival back.</summary>
    /// <returns>False when the phase was finished meanwhile.</returns>
    internal bool TryWithdraw()
    {
        ref int state = ref State(_barrier);
        while (true)
        {
            int word = Volatile.Read(ref state);
            if (_phase < _barrier.CurrentPhaseNumber || (word & SenseMask) != _sense) return false;
            if (Interlocked.CompareExchange(ref state, word - OneArrival, word) == word) return true;
        }
    }

    /// <summary>After the phase: waits until the last one has done with it, and throws what its action threw.</summary>
    internal void Finish()
    {
        Barrier barrier = _barrier;
        long phase = _phase;
        while (phase == barrier.CurrentPhaseNumber) GreenThread.Yield();
        if (Failure(barrier) is { } failure) throw new BarrierPostPhaseException(failure);
    }

    private static bool Has(string field, Type type) =>
        typeof(Barrier).GetField(field, BindingFlags.Instance | BindingFlags.NonPublic)?.FieldType == type;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_currentTotalCount")]
    private static extern ref int State(Barrier barrier);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_oddEvent")]
    private static extern ref ManualResetEventSlim OddEvent(Barrier barrier);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_evenEvent")]
    private static extern ref ManualResetEventSlim EvenEvent(Barrier barrier);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_exception")]
    private static extern ref Exception? Failure(Barrier barrier);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_disposed")]
    private static extern ref bool IsDisposed(Barrier barrier);
}
