using System.Diagnostics;
using System.IO.Compression;
using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using GreenThreads.Tests.Infrastructure;
using GreenThreads.Tests.Net;

namespace GreenThreads.Tests.Twins;

/// <summary>Calls of the base library that block on an OS thread: a thousand green threads at once suspend in them.</summary>
public class TwinCoverageTests
{
    private const int Pairs = 500;

    [Fact]
    public void Readers_and_writers_of_text_over_sockets()
    {
        TcpPair[] pairs = [.. Enumerable.Range(0, Pairs).Select(_ => new TcpPair())];
        int answered = 0;
        Crowd.Run(
            i =>
            {
                using var stream = new NetworkStream(pairs[i / 2].Here, ownsSocket: false);
                if (i % 2 == 0)
                {
                    using var reader = new StreamReader(stream);
                    Assert.Equal($"line {i}", reader.ReadLine());
                    Assert.Equal("more", reader.ReadLine());
                    Interlocked.Increment(ref answered);
                    return;
                }
                using var peer = new NetworkStream(pairs[i / 2].There, ownsSocket: false);
                using var writer = new StreamWriter(peer) { AutoFlush = true };
                GreenThread.Sleep(20);
                writer.WriteLine($"line {i - 1}");
                GreenThread.Sleep(5);
                writer.WriteLine("more");
            },
            size: 2 * Pairs);
        Assert.Equal(Pairs, answered);
        foreach (TcpPair pair in pairs) pair.Dispose();
    }

    [Fact]
    public void Buffers_and_compression_over_sockets()
    {
        TcpPair[] pairs = [.. Enumerable.Range(0, Pairs).Select(_ => new TcpPair())];
        Crowd.Run(
            i =>
            {
                if (i % 2 == 0)
                {
                    using var unzip = new GZipStream(new BufferedStream(new NetworkStream(pairs[i / 2].Here)), CompressionMode.Decompress);
                    byte[] data = new byte[5000];
                    unzip.ReadExactly(data);
                    Assert.All(data, b => Assert.Equal((byte)(i / 2), b));
                    return;
                }
                using var zip = new GZipStream(new BufferedStream(new NetworkStream(pairs[i / 2].There)), CompressionMode.Compress);
                byte[] sent = new byte[5000];
                Array.Fill(sent, (byte)(i / 2));
                zip.Write(sent, 0, 2500);
                zip.Flush();
                GreenThread.Sleep(10);
                zip.Write(sent.AsSpan(2500));
            },
            size: 2 * Pairs);
        foreach (TcpPair pair in pairs) pair.Dispose();
    }

    [Fact]
    public void Semaphores()
    {
        using var semaphore = new SemaphoreSlim(0);
        int timedOut = 0;
        Crowd.Run(
            i =>
            {
                if (i % 4 == 3)
                {
                    if (!semaphore.Wait(1)) Interlocked.Increment(ref timedOut);
                    else semaphore.Release();
                    return;
                }
                semaphore.Wait();
                semaphore.Release();
            },
            () =>
            {
                Thread.Sleep(20);
                semaphore.Release(3);
            });
        Assert.Equal(3, semaphore.CurrentCount);
        Assert.InRange(timedOut, 1, Crowd.Size);
    }

    [Fact]
    public void Files()
    {
        string folder = Directory.CreateTempSubdirectory("green").FullName;
        try
        {
            Crowd.Run(i =>
            {
                string file = Path.Combine(folder, $"{i}.txt");
                File.WriteAllText(file, $"text of {i}");
                Assert.Equal($"text of {i}", File.ReadAllText(file));
                using FileStream stream = File.OpenRead(file);
                byte[] bytes = new byte[4];
                Assert.Equal(4, stream.Read(bytes, 0, 4));
                Assert.Equal("text"u8.ToArray(), bytes);
                using StreamReader reader = File.OpenText(file);
                Assert.Equal($"text of {i}", reader.ReadToEnd());
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Names() => Crowd.Run(
        _ => Assert.Contains(Dns.GetHostAddresses("localhost"), a => IPAddress.IsLoopback(a)), size: 200);

    [Fact]
    public void Anonymous_pipes()
    {
        var servers = new AnonymousPipeServerStream[Pairs];
        for (int i = 0; i < Pairs; i++) servers[i] = new AnonymousPipeServerStream(PipeDirection.Out);
        Crowd.Run(
            i =>
            {
                using var client = new AnonymousPipeClientStream(PipeDirection.In, servers[i].ClientSafePipeHandle);
                Assert.Equal(i % 256, client.ReadByte());
                byte[] rest = new byte[100];
                client.ReadExactly(rest, 0, 100);
            },
            () =>
            {
                for (int i = 0; i < Pairs; i++)
                {
                    byte[] data = new byte[101];
                    data[0] = (byte)i;
                    servers[i].Write(data);
                }
            },
            size: Pairs);
    }

    [Fact]
    public void Named_pipes()
    {
        string name = $"green-{Guid.NewGuid():N}";
        const int Clients = 200;
        Crowd.Run(
            i =>
            {
                if (i % 2 == 0)
                {
                    using var server = new NamedPipeServerStream(name, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances);
                    server.WaitForConnection();
                    int value = server.ReadByte();
                    GreenThread.Sleep(2);
                    server.WriteByte((byte)(value + 1));
                    return;
                }
                using var client = new NamedPipeClientStream(".", name, PipeDirection.InOut);
                client.Connect();
                client.WriteByte((byte)i);
                Assert.Equal((byte)(i + 1), client.ReadByte());
            },
            size: 2 * Clients);
    }

    [Fact]
    public void Child_processes() => Crowd.Run(
        i =>
        {
            using Process child = Process.Start(new ProcessStartInfo("sh", ["-c", $"read line; echo got $line; exit {i}"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            child.StandardInput.WriteLine($"line{i}");
            child.StandardInput.Flush();
            Assert.Equal($"got line{i}", child.StandardOutput.ReadLine());
            child.WaitForExit();
            Assert.Equal(i, child.ExitCode);
        },
        size: 50);
}
