using GreenThreads.Samples.Tests.Infrastructure;

namespace GreenThreads.Samples.Tests.Small;

/// <summary>The echo sample as a user runs it.</summary>
public class EchoTests
{
    [Fact]
    public void It_echoes_and_drains()
    {
        (SampleProgram program, int port) = SampleProgram.Serve("Echo", "--port", "0");
        using (program)
        {
            TextClient[] clients = [.. Enumerable.Range(0, 20).Select(_ => new TextClient(port))];
            foreach (TextClient client in clients) client.Send("hello");
            foreach (TextClient client in clients) Assert.Equal("hello", client.ReceiveTo("hello"));
            foreach (TextClient client in clients) client.Dispose();
            program.Terminate();
            (int exitCode, string output) = program.End();
            Assert.Equal(0, exitCode);
            Assert.Contains("All connections have ended.", output);
        }
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        (int exitCode, string output) = SampleProgram.Run("Echo", "--port", "70000");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("--port has to be between 0 and 65535", output);
        Assert.Contains("is no IP address", SampleProgram.Run("Echo", "--address", "nowhere").Output);
        Assert.Contains("is no address of this machine", SampleProgram.Run("Echo", "--address", "192.0.2.1").Output);
    }
}
