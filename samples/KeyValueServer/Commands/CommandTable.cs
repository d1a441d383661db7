using System.Text;
using GreenThreads;
using KeyValueServer.Protocol;
using KeyValueServer.Store;

namespace KeyValueServer.Commands;

/// <summary>The commands by their names.</summary>
[NotWoven]
internal static class CommandTable
{
    private const int LongestName = 32;

    private static readonly Dictionary<byte[], Command> s_commands = Make();

    private static readonly Dictionary<byte[], Command>.AlternateLookup<ReadOnlySpan<byte>> s_lookup =
        s_commands.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>All of them.</summary>
    internal static IReadOnlyCollection<Command> All => s_commands.Values;

    /// <summary>Finds the command of some arguments.</summary>
    /// <exception cref="CommandException">There is none, or it has other arguments.</exception>
    internal static Command Find(CommandReader arguments)
    {
        Command command = Find(arguments[0]) ?? throw new CommandException(Unknown(arguments));
        if (!command.Accepts(arguments.Count)) throw CommandException.Arity(command.Name);
        return command;
    }

    /// <summary>The command of a name, in any case; null for none.</summary>
    internal static Command? Find(ReadOnlySpan<byte> name)
    {
        Span<byte> lower = stackalloc byte[LongestName];
        return name.Length <= LongestName && Ascii.ToLower(name, lower, out int length) == System.Buffers.OperationStatus.Done
            && s_lookup.TryGetValue(lower[..length], out Command? command) ? command : null;
    }

    private static string Unknown(CommandReader arguments)
    {
        static string Shown(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 128)]);
        var text = new StringBuilder($"ERR unknown command '{Shown(arguments[0])}', with args beginning with: ");
        for (int i = 1; i < arguments.Count && text.Length < 200; i++) text.Append('\'').Append(Shown(arguments[i])).Append("' ");
        return text.ToString();
    }

    private static Dictionary<byte[], Command> Make()
    {
        var commands = new Dictionary<byte[], Command>(BytesComparer.Instance);
        foreach (Command command in (Command[])[.. StringCommands.All, .. KeyCommands.All, .. ListCommands.All, .. SetCommands.All, .. SortedSetCommands.All, .. HashCommands.All,
            .. ServerCommands.All, .. SubscriptionCommands.All])
            commands.Add(Encoding.ASCII.GetBytes(command.Name), command);
        return commands;
    }
}
