using System.Diagnostics.Tracing;

namespace GreenThreads.Diagnostics;

/// <summary>Events of the runtime for dotnet-trace and EventListener: the provider <c>GreenThreads</c>.</summary>
[NotWoven]
[EventSource(Name = "GreenThreads")]
internal sealed class GreenThreadEventSource : EventSource
{
    internal static readonly GreenThreadEventSource Log = new();

    private GreenThreadEventSource()
    {
    }

    /// <summary>A green thread blocked its carrier, and the wait is over.</summary>
    [Event(1, Level = EventLevel.Warning, Version = 1, Message = "Green thread {0} blocked its carrier for {2} us ({1}), pinned by {3}.")]
    public void PinnedWait(long threadId, string reason, double microseconds, string pinnedBy, string stackTrace) =>
        WriteEvent(1, threadId, reason, microseconds, pinnedBy, stackTrace);

    /// <summary>A green thread is going to block its carrier, and no other carrier may take its place.</summary>
    [Event(2, Level = EventLevel.Error, Message = "The bound of replacement carriers is reached: a carrier is blocked and its threads wait.")]
    public void ReplacementsExhausted() => WriteEvent(2);

    /// <summary>A carrier did not come back from a slice, and another one took its place.</summary>
    [Event(3, Level = EventLevel.Warning, Message = "A green thread has not left its carrier for {0} ms while others wait.")]
    public void StuckCarrier(int milliseconds) => WriteEvent(3, milliseconds);

    /// <summary>So many carriers are replaced that the bound is reached, threads wait nevertheless, and one more is added.</summary>
    [Event(4, Level = EventLevel.Error, Message = "{0} carriers are replaced, more than the bound of {1}, because threads wait and no carrier comes back.")]
    public void CarrierBeyondBound(int replaced, int bound) => WriteEvent(4, replaced, bound);
}
