using System.Globalization;
using System.Net;
using System.Net.Sockets;
using GreenThreads.Analyzers.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GreenThreads.Analyzers.Tests;

/// <summary>Every flagged server of the corpus, converted by the code fix and woven, serves many connections on few OS threads.</summary>
/// <remarks>
/// <c>GREENTHREADS_CORPUS_CONNECTIONS</c> sets how many: 500 by default, so that the tests are short. With 5000, two and a half minutes
/// on two cores: <c>GREENTHREADS_CORPUS_CONNECTIONS=5000 dotnet test -c Release --project tests/GreenThreads.Analyzers.Tests --filter-class "*ConvertedServerTests"</c>.
/// </remarks>
public class ConvertedServerTests
{
    private static readonly int s_connections =
        int.TryParse(Environment.GetEnvironmentVariable("GREENTHREADS_CORPUS_CONNECTIONS"), CultureInfo.InvariantCulture, out int count) ? count : 500;

    public static TheoryData<string> Convertible => [.. CorpusProgram.Names("Flagged").Where(n => !CorpusProgram.Load("Flagged", n).IsRefused)];

    public static TheoryData<string> Refused => [.. CorpusProgram.Names("Flagged").Where(n => CorpusProgram.Load("Flagged", n).IsRefused)];

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_refused_is_left_as_it_is_and_the_message_says_why(string name)
    {
        CorpusProgram program = CorpusProgram.Load("Flagged", name);
        (_, string source, var left) = await Fixes.ConvertAsync(program.Compile());
        Assert.Equal(program.Source, source);
        Assert.All(left, d => Assert.Contains("it is not converted by itself: ", d.GetMessage(CultureInfo.InvariantCulture)));
    }

    [Theory]
    [MemberData(nameof(Convertible))]
    public async Task It_serves_all_connections_on_few_threads(string name)
    {
        CorpusProgram program = CorpusProgram.Load("Flagged", name);
        (CSharpCompilation converted, string source, var left) = await Fixes.ConvertAsync(program.Compile());
        Assert.True(left.IsEmpty, string.Join(Environment.NewLine, left.Select(d => d.ToString())) + Environment.NewLine + source);
        Assert.DoesNotContain("new Thread(", source.Replace("accept = new Thread(", "").Replace("new Thread(Dispatch)", ""));

        (string argument, EndPoint endpoint) = EndPointOf(program.Protocol!);
        using ServerProcess server = await ServerProcess.StartAsync(converted, argument);
        int threads = 0;
        try
        {
            await Clients.ServeAllAsync(endpoint, program.Protocol == "http", s_connections, () => threads = server.Threads)
                .WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{name}, converted:{Environment.NewLine}{source}{Environment.NewLine}said:{Environment.NewLine}{server.Output}", e);
        }
        Assert.True(threads < s_connections / 4, $"{threads} OS threads for {s_connections} connections.");
    }

    private static (string Argument, EndPoint EndPoint) EndPointOf(string protocol)
    {
        string name = Guid.NewGuid().ToString("N");
        switch (protocol)
        {
            case "unix":
                string path = Path.Combine(Path.GetTempPath(), name + ".sock");
                return (path, new UnixDomainSocketEndPoint(path));
            case "pipe":
                return (name, new UnixDomainSocketEndPoint(Path.Combine(Path.GetTempPath(), "CoreFxPipe_" + name)));
            default:
                using (var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
                {
                    probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                    var free = (IPEndPoint)probe.LocalEndPoint!;
                    return (free.Port.ToString(CultureInfo.InvariantCulture), free);
                }
        }
    }
}
