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
    public void Binary_readers_and_writers_over_sockets()
    {
        TcpPair[] pairs = [.. Enumerable.Range(0, Pairs).Select(_ => new TcpPair())];
        Crowd.Run(
            i =>
            {
                if (i % 2 == 0)
                {
                    using var reader = new BinaryReader(new NetworkStream(pairs[i / 2].Here, ownsSocket: false));
                    Assert.Equal(i, reader.ReadInt32());
                    Assert.Equal($"text {i} ä", reader.ReadString());
                    Assert.Equal(1.5, reader.ReadDouble());
                    Assert.Equal([1, 2, 3], reader.ReadBytes(3));
                    Assert.True(reader.ReadBoolean());
                    Assert.Equal(7.25m, reader.ReadDecimal());
                    Assert.Equal("", reader.ReadString());
                    Assert.Equal([9], reader.ReadBytes(5)); // the end comes first
                    Assert.Throws<EndOfStreamException>(() => reader.ReadByte());
                    return;
                }
                using var writer = new BinaryWriter(new NetworkStream(pairs[i / 2].There, ownsSocket: true));
                GreenThread.Sleep(10);
                writer.Write(i - 1);
                writer.Write($"text {i - 1} ä");
                GreenThread.Sleep(2);
                writer.Write(1.5);
                writer.Write([1, 2, 3]);
                writer.Write(true);
                writer.Write(7.25m);
                writer.Write("");
                writer.Write((byte)9);
            },
            size: 2 * Pairs);
        foreach (TcpPair pair in pairs) pair.Dispose();
    }

    [Fact]
    public void Binary_readers_and_writers_do_what_the_plain_ones_do()
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] plain = Values(path);
            Assert.Equal(plain, GreenThread.Run(() => Values(path)));
        }
        finally
        {
            File.Delete(path);
        }
        GreenThread.Run(() =>
        {
            var reader = new BinaryReader(File.OpenRead(typeof(TwinCoverageTests).Assembly.Location));
            Assert.Throws<ArgumentOutOfRangeException>(() => reader.ReadBytes(-1));
            reader.Dispose();
            Assert.Throws<ObjectDisposedException>(() => reader.ReadInt32());
            Assert.Throws<ArgumentNullException>(() => new BinaryWriter(Stream.Synchronized(new MemoryStream())).Write((string)null!));
        });
    }

    // Writes and reads values of all kinds; what came out.
    private static byte[] Values(string path)
    {
        using (var writer = new BinaryWriter(File.Create(path), System.Text.Encoding.Unicode))
        {
            writer.Write(sbyte.MinValue);
            writer.Write(short.MinValue);
            writer.Write(ushort.MaxValue);
            writer.Write(uint.MaxValue);
            writer.Write(long.MinValue);
            writer.Write(ulong.MaxValue);
            writer.Write((Half)1.5);
            writer.Write(float.Epsilon);
            writer.Write(decimal.MinusOne);
            writer.Write('ä');
            writer.Write(['a', 'b']);
            writer.Write7BitEncodedInt(300);
            writer.Write(new string('x', 200));
            writer.Write([1, 2, 3], 1, 1);
            writer.Flush();
        }
        using var reader = new BinaryReader(File.OpenRead(path), System.Text.Encoding.Unicode);
        Assert.Equal(sbyte.MinValue, reader.ReadSByte());
        Assert.Equal(short.MinValue, reader.ReadInt16());
        Assert.Equal(ushort.MaxValue, reader.ReadUInt16());
        Assert.Equal(uint.MaxValue, reader.ReadUInt32());
        Assert.Equal(long.MinValue, reader.ReadInt64());
        Assert.Equal(ulong.MaxValue, reader.ReadUInt64());
        Assert.Equal((Half)1.5, reader.ReadHalf());
        Assert.Equal(float.Epsilon, reader.ReadSingle());
        Assert.Equal(decimal.MinusOne, reader.ReadDecimal());
        Assert.Equal("äab", new string(reader.ReadChars(3)));
        Assert.Equal(300, reader.Read7BitEncodedInt());
        Assert.Equal(new string('x', 200), reader.ReadString());
        Assert.Equal(2, reader.ReadByte());
        return File.ReadAllBytes(path);
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
