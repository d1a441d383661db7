using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GreenThreads.Bench.Servers;

/// <summary>
/// Connections over TLS 1.3 whose every message is echoed, served by blocking code on green threads and by the same with
/// <c>await</c>. The clients are a process of their own, asynchronous, the same for both.
/// </summary>
internal static class TlsCommand
{
    internal const string Usage = "tls [--connections 2000] [--seconds 5] [--rounds 3]";

    private const int MessageBytes = 64;

    internal static int Run(string[] arguments)
    {
        int connections = Option("--connections", 2_000);
        int seconds = Option("--seconds", 5);
        int rounds = Option("--rounds", 3);
        if (arguments.Contains("--clients")) return Clients(connections, seconds, Option("--clients", 0));
        using X509Certificate2 certificate = NewCertificate();
        using Socket green = Listen();
        using Socket awaited = Listen();
        _ = GreenThread.Start(() => AcceptGreen(green, certificate));
        _ = AcceptAsync(awaited, certificate);
        var greens = new List<Served>();
        var awaiteds = new List<Served>();
        for (int round = 0; round <= rounds; round++)
        {
            bool greenFirst = round % 2 == 0;
            Served first = Load(greenFirst ? green : awaited, connections, seconds);
            Served second = Load(greenFirst ? awaited : green, connections, seconds);
            if (round == 0) continue; // warm-up
            greens.Add(greenFirst ? first : second);
            awaiteds.Add(greenFirst ? second : first);
        }
        string what = string.Create(CultureInfo.InvariantCulture, $"{connections:N0} connections, TLS 1.3");
        Console.WriteLine(Row.TableHead);
        Print("green", greens);
        Print("await", awaiteds);
        Console.WriteLine(new Row("await to green", "times", [.. greens.Zip(awaiteds, static (g, a) => a.PerSecond / g.PerSecond)], 1 / 0.95).ToTableLine());
        return 0;

        void Print(string how, List<Served> served)
        {
            Console.WriteLine(new Row($"{what}, {how}", "round trips/s", [.. served.Select(static s => s.PerSecond)]).ToTableLine());
            Console.WriteLine(new Row($"  processor time of the server", "us/round trip", [.. served.Select(static s => s.Microseconds)]).ToTableLine());
            Console.WriteLine(new Row($"  allocated by the server", "bytes/round trip", [.. served.Select(static s => s.Bytes)]).ToTableLine());
        }

        int Option(string name, int otherwise)
        {
            int at = Array.IndexOf(arguments, name);
            return at < 0 ? otherwise : int.Parse(arguments[at + 1], CultureInfo.InvariantCulture);
        }
    }

    // ---- the servers --------------------------------------------------------------------------------------------

    private static void AcceptGreen(Socket listener, X509Certificate2 certificate)
    {
        while (true)
        {
            Socket socket = listener.Accept();
            GreenThread.Start(() => ServeGreen(socket, certificate));
        }
    }

    private static void ServeGreen(Socket socket, X509Certificate2 certificate)
    {
        try
        {
            using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            stream.AuthenticateAsServer(certificate, clientCertificateRequired: false, SslProtocols.Tls13, checkCertificateRevocation: false);
            byte[] buffer = new byte[MessageBytes];
            for (int count; (count = stream.Read(buffer, 0, buffer.Length)) > 0;) stream.Write(buffer, 0, count);
        }
        catch (IOException)
        {
            // the client has gone
        }
    }

    private static async Task AcceptAsync(Socket listener, X509Certificate2 certificate)
    {
        while (true)
        {
            Socket socket = await listener.AcceptAsync();
            _ = Task.Run(() => ServeAsync(socket, certificate));
        }
    }

    private static async Task ServeAsync(Socket socket, X509Certificate2 certificate)
    {
        try
        {
            await using var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsServerAsync(certificate, clientCertificateRequired: false, SslProtocols.Tls13, checkCertificateRevocation: false);
            byte[] buffer = new byte[MessageBytes];
            for (int count; (count = await stream.ReadAsync(buffer)) > 0;) await stream.WriteAsync(buffer.AsMemory(0, count));
        }
        catch (IOException)
        {
            // the client has gone
        }
    }

    // ---- the clients --------------------------------------------------------------------------------------------

    private sealed record Served(double PerSecond, double Microseconds, double Bytes);

    // The server is this process. Its costs are those of the measured time: the clients tell when that begins and ends.
    private static Served Load(Socket server, int connections, int seconds)
    {
        int port = ((IPEndPoint)server.LocalEndPoint!).Port;
        ProcessStartInfo start = Itself.StartInfo("tls", "--connections", $"{connections}", "--seconds", $"{seconds}", "--clients", $"{port}");
        start.RedirectStandardOutput = true;
        using Process process = Process.Start(start)!;
        process.StandardOutput.ReadLine();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long allocated = GC.GetTotalAllocatedBytes();
        string? seen = process.StandardOutput.ReadLine();
        processor = Environment.CpuUsage.TotalTime - processor;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        string rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"The clients ended with {process.ExitCode}: {seen}{rest}");
        string[] numbers = seen!.Split(' ');
        double trips = double.Parse(numbers[0], CultureInfo.InvariantCulture);
        return new Served(trips / double.Parse(numbers[1], CultureInfo.InvariantCulture), processor.TotalMicroseconds / trips, allocated / trips);
    }

    private static int Clients(int connections, int seconds, int port)
    {
        SslStream[] streams = new SslStream[connections];
        Parallel.ForAsync(0, connections, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, token) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), token);
            streams[i] = new SslStream(new NetworkStream(socket, ownsSocket: true), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
            await streams[i].AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = SslProtocols.Tls13 }, token);
        }).Wait();
        long trips = 0;
        bool counts = false;
        bool stop = false;
        Task[] loops = [.. streams.Select(async stream =>
        {
            byte[] message = new byte[MessageBytes];
            while (!Volatile.Read(ref stop))
            {
                await stream.WriteAsync(message);
                await stream.ReadExactlyAsync(message);
                if (Volatile.Read(ref counts)) Interlocked.Increment(ref trips);
            }
        })];
        Thread.Sleep(1000);
        Console.WriteLine("start");
        long start = Stopwatch.GetTimestamp();
        Volatile.Write(ref counts, true);
        Thread.Sleep(seconds * 1000);
        Volatile.Write(ref counts, false);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Read(ref trips)} {Stopwatch.GetElapsedTime(start).TotalSeconds}"));
        Volatile.Write(ref stop, true);
        Task.WaitAll(loops);
        return 0;
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(4096);
        return listener;
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
