using KeyValueServer.Store;

namespace KeyValueServer.Commands;

/// <summary>A command of the protocol.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Arity">How many arguments, its name included; negative: at least.</param>
/// <param name="Flags">As COMMAND tells them.</param>
/// <param name="Run">Carries it out, under the gate of the keyspace: does not wait.</param>
internal sealed record Command(string Name, int Arity, string Flags, Action<Call>? Run)
{
    /// <summary>For a command that may wait: carries it out, not under the gate. Else null.</summary>
    internal Action<Client>? Wait { get; init; }

    /// <summary>Whether it is allowed while the client is subscribed.</summary>
    internal bool IsForSubscribers { get; init; }

    /// <summary>Position of the first key, of the last (negative: from the end), and the step; 0 for none.</summary>
    internal (int First, int Last, int Step) Keys { get; init; }

    /// <summary>Whether that many arguments will do.</summary>
    internal bool Accepts(int count) => Arity >= 0 ? count == Arity : count >= -Arity;
}
