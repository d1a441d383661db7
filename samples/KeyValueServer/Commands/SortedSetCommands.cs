using System.Buffers.Text;
using System.Globalization;
using GreenThreads;
using KeyValueServer.Protocol;
using KeyValueServer.Store;

namespace KeyValueServer.Commands;

/// <summary>Keys that hold sorted sets.</summary>
[NotWoven]
internal static class SortedSetCommands
{
    internal static Command[] All { get; } =
    [
        new("zadd", -4, "write", Add) { Keys = (1, 1, 1) },
        new("zrem", -3, "write", Remove) { Keys = (1, 1, 1) },
        new("zcard", 2, "readonly", call => call.Reply.Number(Find(call)?.Count ?? 0)) { Keys = (1, 1, 1) },
        new("zscore", 3, "readonly", Score) { Keys = (1, 1, 1) },
        new("zrange", -4, "readonly", Range) { Keys = (1, 1, 1) },
        new("zpopmin", -2, "write", PopLeast) { Keys = (1, 1, 1) },
    ];

    private static SortedMembers? Find(Call call) => call.Keyspace.TryFind(call[1], out SortedMembers? members) ? members : null;

    private static string Text(double score) => score.ToString("G17", CultureInfo.InvariantCulture);

    private static void Add(Call call)
    {
        if (call.Count % 2 != 0) throw CommandException.Syntax();
        for (int i = 2; i < call.Count; i += 2) Float(call, i); // all or nothing
        SortedMembers members = call.Keyspace.FindOrAdd(call[1], () => new SortedMembers());
        int added = 0;
        for (int i = 2; i < call.Count; i += 2) added += members.Set(call.Arguments.Copy(i + 1), Float(call, i)) ? 1 : 0;
        call.Reply.Number(added);
    }

    private static double Float(Call call, int index) =>
        Utf8Parser.TryParse(call[index], out double value, out int used) && used == call[index].Length && !double.IsNaN(value)
            ? value
            : throw new CommandException("ERR value is not a valid float");

    private static void Remove(Call call)
    {
        int removed = 0;
        if (Find(call) is { } members)
        {
            for (int i = 2; i < call.Count; i++) removed += members.Remove(call.Arguments.Copy(i)) ? 1 : 0;
            call.Keyspace.RemoveIfEmpty(call[1], members.Count);
        }
        call.Reply.Number(removed);
    }

    private static void Score(Call call)
    {
        if (Find(call)?.Score(call.Arguments.Copy(2)) is { } score) call.Reply.Bulk(Text(score));
        else call.Reply.Null();
    }

    private static void Range(Call call)
    {
        int first = call.Index(2), last = call.Index(3);
        bool withScores = call.Count == 5 && call.Is(4, "WITHSCORES"u8);
        if (call.Count > 4 && !withScores) throw CommandException.Syntax();
        int count = Find(call)?.Count ?? 0;
        first = Math.Max(0, first < 0 ? first + count : first);
        last = Math.Min(count - 1, last < 0 ? last + count : last);
        Write(call, [.. (Find(call)?.InOrder ?? []).Skip(first).Take(Math.Max(0, last - first + 1))], withScores);
    }

    private static void PopLeast(Call call)
    {
        long count = call.Count > 2 ? call.Integer(2) : 1;
        if (count < 0) throw new CommandException("ERR value is out of range, must be positive");
        SortedMembers? members = Find(call);
        (double, byte[] Member)[] popped = [.. (members?.InOrder ?? []).Take((int)Math.Min(count, int.MaxValue))];
        foreach ((_, byte[] member) in popped) members!.Remove(member);
        if (members is not null) call.Keyspace.RemoveIfEmpty(call[1], members.Count);
        Write(call, popped, withScores: true);
    }

    private static void Write(Call call, (double Score, byte[] Member)[] items, bool withScores)
    {
        call.Reply.Array(items.Length * (withScores ? 2 : 1));
        foreach ((double score, byte[] member) in items)
        {
            call.Reply.Bulk(member);
            if (withScores) call.Reply.Bulk(Text(score));
        }
    }
}
