using System.Text;
using System.Text.Json;

namespace Incident.Protocol;

/// <summary>A child process's end of the pipes to its supervisor: commands on standard input, events on standard output.</summary>
internal sealed class ParentPipe : IDisposable
{
    private readonly StreamReader _commands = new(Console.OpenStandardInput(), Encoding.UTF8);
    private readonly StreamWriter _events = new(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };

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
}
