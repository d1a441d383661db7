using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Incident.Protocol;

/// <summary>A child process's end of the pipes to its supervisor: commands on standard input, events on standard output.</summary>
internal sealed class ParentPipe : IDisposable
{
    // Not the streams of Console: those start a thread for signals.
    private readonly StreamReader _commands = new(Open(0, FileAccess.Read), Encoding.UTF8);
    private readonly StreamWriter _events = new(Open(1, FileAccess.Write), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };

    /// <summary>Waits for the next command.</summary>
    /// <returns>Null when the supervisor has gone or has closed the pipe: the process has to end.</returns>
    internal Command? Read() =>
        _commands.ReadLine() is { } line ? JsonSerializer.Deserialize(line, ProtocolJson.Default.Command) : null;

    /// <summary>Writes an event; called by one thread at a time.</summary>
    internal void Write(Event what) => _events.WriteLine(JsonSerializer.Serialize(what, ProtocolJson.Default.Event));

    /// <inheritdoc/>
    public void Dispose()
    {
        _commands.Dispose();
        _events.Dispose();
    }

    private static FileStream Open(int descriptor, FileAccess access) => new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);
}
