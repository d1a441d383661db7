using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GreenThreads.Diagnostics;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Diagnostics;

/// <summary>Threads that can never run again are told from those that only wait.</summary>
public class DeadlockTests
{
    [Fact]
    public void A_deadlock_is_reported_with_every_stack_and_who_waits_for_whom()
    {
        (int exitCode, string output, string error) = TestProgram.Run("deadlock");
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("Deadlock", output);
        Assert.Contains("\"one\"", output);
        Assert.Contains("\"two\"", output);
        Assert.Contains("Channel", output);
        Assert.Contains("Deadlock", output);
        Assert.Matches("OS thread .* waits: Join, for the end of #", output);
    }

    [Fact]
    public void A_deadlock_ends_the_process_if_it_is_told_to()
    {
        (int exitCode, _, string error) = TestProgram.Run("deadlock", "ends");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("no green thread can ever run again", error);
    }

    [Theory]
    [InlineData("waits-for-os-thread")]
    [InlineData("waits-for-task")]
    public void Threads_that_something_else_will_wake_are_no_deadlock(string program)
    {
        (int exitCode, string output, string error) = TestProgram.Run(program);
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("no report", output);
    }

    [Fact]
    public void A_thread_that_a_signal_will_wake_is_no_deadlock()
    {
        using Process process = TestProgram.Start(new Dictionary<string, string>(), "waits-for-signal");
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        Assert.False(process.WaitForExit(2500), "It ended by itself.");
        Assert.Equal(0, Kill(process.Id, 1 /* SIGHUP */));
        Assert.Contains("no report", process.StandardOutput.ReadToEnd());
    }

    [Fact]
    public void A_ring_of_joins_is_found_on_request()
    {
        var other = new GreenChannel<GreenThread>(1);
        GreenThread first = GreenThread.Start(() => other.Receive().Join());
        GreenThread second = GreenThread.Start(first.Join);
        other.Send(second);
        Assert.True(SpinWait.SpinUntil(() => first.State == GreenThreadState.Parked && second.State == GreenThreadState.Parked, 20_000));
        string? report = null;
        SpinWait.SpinUntil(() => (report = GreenThreadDiagnostics.FindDeadlock()) is not null, 20_000);
        try
        {
            Assert.NotNull(report);
            Assert.Contains($"#{first.Id} waits for", report);
            Assert.Contains($"#{second.Id} waits for", report);
        }
        finally
        {
            first.Interrupt();
        }
        Assert.Throws<ThreadInterruptedException>(second.Join);
        Assert.Null(GreenThreadDiagnostics.FindDeadlock());
    }

    [Fact]
    public void Threads_whose_channel_is_unreachable_are_leaked_and_others_are_not()
    {
        var kept = new GreenChannel<int>(0);
        GreenThread waiting = GreenThread.Start(() => { kept.Receive(); });
        long[] lost = StartLost();
        // the wait for it: a carrier remembers its last thread for a while
        bool found = SpinWait.SpinUntil(
            () =>
            {
                OccupyCarriers();
                long[] leaked = [.. GreenThreadDiagnostics.FindLeakedThreads().Select(thread => thread.Id)];
                Assert.DoesNotContain(waiting.Id, leaked);
                return lost.All(leaked.Contains);
            },
            20_000);
        Assert.True(found, "The leaked threads were not found.");
        // they are still there, as they were
        foreach (GreenThread thread in GreenThreadDiagnostics.FindLeakedThreads())
        {
            Assert.Equal(GreenThreadState.Parked, thread.State);
            thread.Interrupt();
            if (Array.IndexOf(lost, thread.Id) >= 0) Assert.Throws<ThreadInterruptedException>(thread.Join);
        }
        kept.Send(1);
        waiting.Join();
    }

    private static void OccupyCarriers() => GreenThread.Run(() =>
    {
        using var scope = new GreenScope();
        for (int i = 0; i < 100; i++)
        {
            scope.Start(() =>
            {
                Thread.SpinWait(10_000);
                GreenThread.Yield();
            });
        }
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long[] StartLost()
    {
        var channel = new GreenChannel<int>(0);
        GreenThread receiver = GreenThread.Start(() => { channel.Receive(); });
        GreenThread joiner = GreenThread.Start(receiver.Join); // waits for one that never ends
        SpinWait.SpinUntil(() => receiver.State == GreenThreadState.Parked && joiner.State == GreenThreadState.Parked, 20_000);
        return [receiver.Id, joiner.Id];
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
