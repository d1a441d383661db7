using System.Diagnostics;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Net;

/// <summary>The tests of the sockets again, in a process that has no poller, as on a system without epoll.</summary>
public class TwinTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData(typeof(SameAsPlainTests))]
    [InlineData(typeof(SocketWaitTests))]
    [HangBound(240)]
    public async Task Sockets_behave_the_same_without_a_poller(Type tests)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "GreenThreads.Tests"), ["-noColor", "-class", tests.FullName!])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.ToArray())
        {
            if (name.StartsWith("TESTINGPLATFORM_", StringComparison.OrdinalIgnoreCase)) start.Environment.Remove(name);
        }
        start.Environment["GREENTHREADS_POLLER"] = "none";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using (var limit = new CancellationTokenSource(s_limit))
        {
            using CancellationTokenRegistration kill = limit.Token.Register(() => process.Kill(entireProcessTree: true));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        string text = await output + await errors;
        Assert.True(process.ExitCode == 0, text);
        Assert.DoesNotContain("Total: 0", text);
    }
}
