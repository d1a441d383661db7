using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Runtime;

/// <summary>What concerns a whole process: its end, its memory, its clock.</summary>
public class ProcessTests
{
    [Fact]
    public void A_foreground_thread_keeps_the_process_alive()
    {
        (int exitCode, string output, string error) = TestProgram.Run("foreground");
        Assert.True(exitCode == 0, error);
        Assert.Contains("foreground done", output);
    }

    [Fact]
    public void A_background_thread_does_not()
    {
        (int exitCode, string output, string error) = TestProgram.Run("background");
        Assert.True(exitCode == 0, error);
        Assert.DoesNotContain("background done", output);
    }

    [Fact]
    public void An_exception_that_nobody_asks_for_is_reported()
    {
        (int exitCode, string output, string error) = TestProgram.Run("unobserved");
        Assert.True(exitCode == 0, error);
        Assert.Contains("unobserved: nobody asks", output);
    }

    [Fact]
    public void A_start_without_memory_throws_and_what_runs_goes_on()
    {
        var limit = new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x8000000" }; // 128 MiB
        (int exitCode, string output, string error) = TestProgram.Run(limit, "out-of-memory");
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("goes on", output);
        Assert.Contains("starts again", output);
        Assert.Contains("failed starts: some", output);
    }

    /// <summary>Processor time of a second of a process with a million parked threads, and not one wake-up in it.</summary>
    [Fact]
    public void A_million_parked_threads_cost_no_processor_time()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Counts context switches in /proc.");
        (int exitCode, string output, string error) = TestProgram.Run("parked-million");
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("at rest", output);
    }

    [Fact]
    public void Everything_timed_follows_the_clock_of_the_program()
    {
        (int exitCode, string output, string error) = TestProgram.Run("clock");
        Assert.True(exitCode == 0, output + error);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [
                "29 min: Parked", "31 min: joined in time False, sleeper Parked, scope Parked", "46 min: the deadline has passed",
                "61 min: the sleeper has ended",
            ],
            lines);
    }
}
