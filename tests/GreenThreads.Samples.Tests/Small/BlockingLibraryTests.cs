using GreenThreads.Samples.Tests.Infrastructure;

namespace GreenThreads.Samples.Tests.Small;

/// <summary>The sample with a mail library, as a user runs it.</summary>
[GreenThreads.Tests.Infrastructure.HangBound(120)]
public class BlockingLibraryTests
{
    [Fact]
    public void Mails_are_sent_on_OS_threads_and_on_green_threads_that_suspend()
    {
        (int exitCode, string output) = SampleProgram.Run("BlockingLibrary", "--sessions", "100", "--delay", "20", "--rounds", "1");
        Assert.True(exitCode == 0, output);
        string[] cells = output.Split('\n').Single(line => line.Contains("green threads")).Split('│', StringSplitOptions.TrimEntries);
        Assert.True(int.Parse(cells[3]) < 50, output); // OS threads
        Assert.Equal("0", cells[6]); // pinned waits
        Assert.Contains("The server has received 203 messages", output);
    }
}
