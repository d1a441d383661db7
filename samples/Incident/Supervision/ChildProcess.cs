using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Incident.Protocol;

namespace Incident.Supervision;

/// <summary>
/// A server or load process: this program again, with a hidden subcommand. It ends by itself when its standard input
/// closes, so that it does not outlive the supervisor, however that ends.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private const int ErrorTextLimit = 4000;

    private static readonly ConcurrentDictionary<int, Process> s_running = new();

    private readonly Process _process;
    private readonly StringBuilder _errorText = new(); // guarded by itself

    private ChildProcess(Process process)
    {
        _process = process;
        Id = process.Id;
        s_running[Id] = process;
        process.ErrorDataReceived += (_, line) => AddErrorLine(line.Data);
        process.BeginErrorReadLine();
        Ended = EndAsync();
    }

    /// <summary>The process id.</summary>
    internal int Id { get; }

    /// <summary>Completes with the exit code when the process has ended and its error output is read.</summary>
    internal Task<int> Ended { get; }

    /// <summary>What the process wrote to standard error, its beginning.</summary>
    internal string ErrorText
    {
        get
        {
            lock (_errorText) return _errorText.ToString();
        }
    }

    /// <summary>Starts this program with other arguments.</summary>
    internal static ChildProcess Start(params ReadOnlySpan<string> arguments)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is not known.");
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0"; // a server that dies of 16,000 threads must not write a dump of them
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>Ends all child processes now; for the way out of this program.</summary>
    internal static void KillAll()
    {
        foreach (Process process in s_running.Values) Kill(process);
    }

    /// <summary>Sends a command; what a process that has ended misses is seen by <see cref="ExpectAsync"/>.</summary>
    internal void Send(Command command)
    {
        try
        {
            _process.StandardInput.Write(JsonSerializer.Serialize(command, ProtocolJson.Default.Command) + "\n");
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // the pipe is broken: the process has ended
        }
    }

    /// <summary>Reads events until the one that is waited for.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="progress">Gets the events before it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ChildEndedException">The process ended first.</exception>
    internal async Task<Event> ExpectAsync(string name, Action<Event>? progress, CancellationToken cancellation)
    {
        while (true)
        {
            string? line = await _process.StandardOutput.ReadLineAsync(cancellation);
            if (line is null)
            {
                int code = await Ended.WaitAsync(cancellation);
                throw new ChildEndedException(code, ErrorText);
            }
            Event what = JsonSerializer.Deserialize(line, ProtocolJson.Default.Event)!;
            if (what.Name == name) return what;
            progress?.Invoke(what);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill(_process);
        Ended.Wait();
        _process.Dispose();
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // it has ended already
        }
    }

    private async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        s_running.TryRemove(Id, out _);
        return _process.ExitCode;
    }

    private void AddErrorLine(string? line)
    {
        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_errorText)
            if (_errorText.Length < ErrorTextLimit)
                _errorText.AppendLine(line);
    }
}
