using System.Buffers.Text;
using GreenThreads;
using KeyValueServer.Protocol;
using KeyValueServer.Store;
using Samples.Common;

namespace KeyValueServer.Commands;

/// <summary>What a command is carried out with: one object for each client.</summary>
/// <param name="Client">Whose command it is.</param>
/// <param name="Arguments">The name of the command and what follows.</param>
/// <param name="Reply">Where the reply goes.</param>
/// <param name="Keyspace">The keys.</param>
[NotWoven]
internal sealed record Call(Client Client, CommandReader Arguments, OutputBuffer Reply, Keyspace Keyspace)
{
    /// <summary>How many arguments there are, the name of the command included.</summary>
    internal int Count => Arguments.Count;

    /// <summary>An argument.</summary>
    internal ReadOnlySpan<byte> this[int index] => Arguments[index];

    /// <summary>An argument that has to be an integer.</summary>
    internal long Integer(int index) => TryInteger(Arguments[index], out long value) ? value : throw CommandException.NotInteger();

    /// <summary>An argument that has to be an index.</summary>
    internal int Index(int index) => (int)Math.Clamp(Integer(index), int.MinValue / 2, int.MaxValue / 2);

    /// <summary>Whether an argument is a word, in any case.</summary>
    internal bool Is(int index, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(Arguments[index], word);

    /// <summary>An argument as text.</summary>
    internal string Text(int index) => System.Text.Encoding.UTF8.GetString(Arguments[index]);

    /// <summary>Whether bytes are an integer, and nothing else.</summary>
    internal static bool TryInteger(ReadOnlySpan<byte> bytes, out long value) =>
        Utf8Parser.TryParse(bytes, out value, out int used) && used == bytes.Length && bytes[0] != '+';
}
