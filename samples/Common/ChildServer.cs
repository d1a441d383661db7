using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Samples.Common;

/// <summary>A server in a process of its own, on this machine, for the length of a comparison.</summary>
public sealed class ChildServer : IDisposable
{
    /// <summary>The environment variable that tells a server of these samples to end with its standard input.</summary>
    internal const string Marker = "SAMPLE_ENDS_WITH_PARENT";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ChildServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Where it listens, at the loopback address.</summary>
    public int Port { get; }

    /// <summary>Starts this program again, with other arguments; it has to print "listens on ADDRESS:PORT".</summary>
    /// <param name="environment">Variables to add, as NAME=VALUE.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The server; it listens.</returns>
    /// <exception cref="InvalidOperationException">It ended instead.</exception>
    public static ChildServer StartSelf(IEnumerable<string> environment, params IEnumerable<string> arguments)
    {
        (string program, string[] all) = ExternalProgram.Self(arguments);
        return Start(program, all, environment, port: null);
    }

    /// <summary>Starts a server program.</summary>
    /// <param name="program">Its file.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="environment">Variables to add, as NAME=VALUE.</param>
    /// <param name="port">Where it will listen; null if it says so itself.</param>
    /// <returns>The server; it listens.</returns>
    /// <exception cref="InvalidOperationException">It ended, or did not listen in time; the message holds what it printed.</exception>
    public static ChildServer Start(string program, IEnumerable<string> arguments, IEnumerable<string> environment, int? port)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[Marker] = "1";
        foreach (string variable in environment)
        {
            string[] parts = variable.Split('=', 2);
            start.Environment[parts[0]] = parts[1];
        }
        Process process = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill(process);
        var output = new StringBuilder(); // guarded by itself
        var found = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Read(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not { } text) return;
            lock (output)
                if (output.Length < 4000)
                    output.AppendLine(text);
            if (PortIn(text) is { } said) found.TrySetResult(said);
        }
        process.OutputDataReceived += Read;
        process.ErrorDataReceived += Read;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var clock = Stopwatch.StartNew();
        while (!(port is { } known ? IsListening(known) : found.Task.IsCompleted))
        {
            if (process.HasExited || clock.Elapsed > s_patience)
            {
                Kill(process);
                lock (output) throw new InvalidOperationException($"{program} does not listen. It printed: {output}");
            }
            Thread.Sleep(20);
        }
        return new ChildServer(process, port ?? found.Task.Result);
    }

    /// <summary>A port that is free now.</summary>
    /// <returns>Its number.</returns>
    public static int FreePort()
    {
        var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return port;
    }

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        Kill(_process);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int? PortIn(string line)
    {
        const string Says = "listens on ";
        int at = line.IndexOf(Says, StringComparison.Ordinal);
        if (at < 0) return null;
        string endPoint = line[(at + Says.Length)..].Split(' ')[0].TrimEnd('.');
        return int.TryParse(endPoint[(endPoint.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture, out int port) ? port : null;
    }

    private static bool IsListening(int port)
    {
        try
        {
            using var client = new System.Net.Sockets.TcpClient("127.0.0.1", port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // it has ended already, or was disposed
        }
    }
}
