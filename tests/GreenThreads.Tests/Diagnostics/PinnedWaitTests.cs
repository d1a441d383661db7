using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;
using GreenThreads.Diagnostics;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Diagnostics;

/// <summary>What is told of a wait that blocked its carrier.</summary>
public class PinnedWaitTests
{
    [Fact]
    public void The_event_names_the_method_that_pins_the_methods_that_wait_and_the_time()
    {
        List<PinnedWaitEventArgs> waits = [];
        GreenThread thread = Observed(waits, static () => WaitsBelowForeignCode(20));
        PinnedWaitEventArgs wait = Assert.Single(waits);
        Assert.Same(thread, wait.Thread);
        Assert.Equal("Sleep", wait.WaitedFor);
        Assert.InRange(wait.Duration.TotalMilliseconds, 10, 60_000);
        Assert.Equal("GreenThreads.Tests.Infrastructure.Pinned.Call", wait.PinnedBy);
        int inner = wait.StackTrace.IndexOf($"{nameof(PinnedWaitTests)}.{nameof(Waits)}(Int32 milliseconds)", StringComparison.Ordinal);
        int foreign = wait.StackTrace.IndexOf("Pinned.Call", StringComparison.Ordinal);
        int outer = wait.StackTrace.IndexOf($"{nameof(PinnedWaitTests)}.{nameof(WaitsBelowForeignCode)}(Int32 milliseconds)", StringComparison.Ordinal);
        Assert.True(inner >= 0 && inner < foreign && foreign < outer, wait.StackTrace);
        Assert.DoesNotContain("Continuation", wait.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_that_suspends_raises_nothing()
    {
        List<PinnedWaitEventArgs> waits = [];
        Observed(waits, static () => Waits(2));
        Assert.Empty(waits);
    }

    [Fact]
    public void The_event_source_writes_the_same()
    {
        using var listener = new Listener();
        GreenThread thread = GreenThread.Start(static () => WaitsBelowForeignCode(1));
        thread.Join();
        EventWrittenEventArgs written = Assert.Single(listener.Events(), e => e.EventName == "PinnedWait" && (long)e.Payload![0]! == thread.Id);
        Assert.Equal("Sleep", written.Payload![1]);
        Assert.Equal("GreenThreads.Tests.Infrastructure.Pinned.Call", written.Payload[3]);
        Assert.Contains(nameof(WaitsBelowForeignCode), (string)written.Payload[4]!, StringComparison.Ordinal);
    }

    [Fact]
    public void The_logical_stack_of_a_parked_thread_is_that_of_its_dump()
    {
        GreenThread thread = GreenThread.Start(static () => Waits(Timeout.Infinite));
        SpinWait.SpinUntil(() => thread.State == GreenThreadState.Parked);
        Assert.Contains($"    at {typeof(PinnedWaitTests).FullName}.{nameof(Waits)}", GreenThreadDiagnostics.GetStackTrace(thread), StringComparison.Ordinal);
        thread.Interrupt();
        Assert.Throws<ThreadInterruptedException>(thread.Join);
        Assert.Empty(GreenThreadDiagnostics.GetStackTrace(thread));
    }

    private static GreenThread Observed(List<PinnedWaitEventArgs> waits, Action body)
    {
        List<PinnedWaitEventArgs> all = [];
        GreenThreadDiagnostics.PinnedWaitEnded += Note;
        try
        {
            GreenThread thread = GreenThread.Start(body);
            thread.Join();
            lock (all) waits.AddRange(all.Where(wait => ReferenceEquals(wait.Thread, thread))); // not those of tests beside this one
            return thread;
        }
        finally
        {
            GreenThreadDiagnostics.PinnedWaitEnded -= Note;
        }

        void Note(object? sender, PinnedWaitEventArgs wait)
        {
            lock (all) all.Add(wait);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int WaitsBelowForeignCode(int milliseconds)
    {
        int result = Pinned.Call(() => Waits(milliseconds));
        return result + 1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Waits(int milliseconds)
    {
        GreenThread.Sleep(milliseconds);
        return milliseconds;
    }

    private sealed class Listener : EventListener
    {
        private readonly List<EventWrittenEventArgs> _events = [];

        internal EventWrittenEventArgs[] Events()
        {
            lock (_events) return [.. _events];
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "GreenThreads") EnableEvents(eventSource, EventLevel.Warning);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            lock (_events) _events.Add(eventData);
        }
    }
}
