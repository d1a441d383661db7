using GreenThreads.Diagnostics;
using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Diagnostics;

/// <summary>Dumps and counters of the process.</summary>
public class GreenThreadDiagnosticsTests
{
    [Fact]
    public void A_dump_shows_name_state_reason_and_the_methods_that_wait()
    {
        string name = $"sleeper {Guid.NewGuid()}";
        GreenThread thread = GreenThread.Start(() => Outer(1));
        thread.Name = name;
        SpinWait.SpinUntil(() => thread.State == GreenThreadState.Parked);
        string[] lines = Dump().Split('\n');
        int line = Array.FindIndex(lines, text => text.Contains(name));
        Assert.Contains($"#{thread.Id} Parked Sleep", lines[line]);
        string frames = string.Join('\n', lines[(line + 1)..].TakeWhile(static text => text.StartsWith("    at ")));
        int inner = frames.IndexOf($"{nameof(GreenThreadDiagnosticsTests)}.{nameof(Inner)}", StringComparison.Ordinal);
        int outer = frames.IndexOf($"{nameof(GreenThreadDiagnosticsTests)}.{nameof(Outer)}", StringComparison.Ordinal);
        Assert.True(inner >= 0 && outer > inner, frames);
        thread.Interrupt();
        Assert.Throws<ThreadInterruptedException>(thread.Join);
        Assert.DoesNotContain(name, Dump());
    }

    [Fact]
    public void A_dump_shows_pinned_waits()
    {
        GreenThread thread = GreenThread.Start(() => Pinned.Call(() => GreenThread.Sleep(Timeout.Infinite)));
        thread.Name = $"pinned {Guid.NewGuid()}";
        SpinWait.SpinUntil(() => thread.State == GreenThreadState.Parked);
        Assert.Contains($"#{thread.Id} Parked Sleep pinned \"{thread.Name}\"", Dump());
        thread.Interrupt();
        Assert.Throws<ThreadInterruptedException>(thread.Join);
    }

    [Fact]
    public void Counters_count_starts_and_ends()
    {
        GreenThreadCounters before = GreenThreadDiagnostics.Counters;
        GreenThread.Run(() =>
        {
            for (int i = 0; i < 300; i++) GreenThread.Start(static () => { }).Join();
        });
        GreenThreadCounters after = GreenThreadDiagnostics.Counters;
        Assert.Equal(301, after.Started - before.Started);
        Assert.Equal(301, after.Finished - before.Finished);
        Assert.Equal(before.Alive, after.Alive);
        Assert.InRange(after.Carriers, 1, 10_000);
        Assert.InRange(after.CarriersStarted, after.Carriers, long.MaxValue);
    }

    [Fact]
    public void The_registry_reuses_slots_and_forgets_threads_that_have_ended()
    {
        using var scheduler = new Scheduler(1, 16, null); // one carrier: the threads live until their starter waits
        scheduler.Start(() =>
        {
            int highest = 0;
            for (int round = 0; round < 20; round++)
            {
                var threads = new GreenThread[500];
                for (int i = 0; i < threads.Length; i++) threads[i] = GreenThread.Start(static () => GreenThread.Yield());
                Assert.Equal(threads.Length, threads.Select(static thread => thread.RegistrySlot).Distinct().Count());
                if (round < 10) highest = Math.Max(highest, threads.Max(static thread => thread.RegistrySlot));
                else Assert.InRange(threads.Max(static thread => thread.RegistrySlot), 0, highest + 1024);
                foreach (GreenThread thread in threads) thread.Join();
            }
        }).Join();
    }

    private static string Dump()
    {
        using var writer = new StringWriter();
        GreenThreadDiagnostics.Dump(writer);
        return writer.ToString();
    }

    private static int Outer(int value) => Inner(value) + 1;

    private static int Inner(int value)
    {
        GreenThread.Sleep(Timeout.Infinite);
        return value;
    }
}
