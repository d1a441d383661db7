using GreenThreads;
using KeyValueServer.Protocol;
using KeyValueServer.Store;

namespace KeyValueServer.Commands;

/// <summary>Keys, whatever they hold.</summary>
[NotWoven]
internal static class KeyCommands
{
    internal static Command[] All { get; } =
    [
        new("del", -2, "write", Delete) { Keys = (1, -1, 1) },
        new("unlink", -2, "write", Delete) { Keys = (1, -1, 1) },
        new("exists", -2, "readonly", Exists) { Keys = (1, -1, 1) },
        new("type", 2, "readonly", Type) { Keys = (1, 1, 1) },
        new("expire", 3, "write", call => Expire(call, 1000)) { Keys = (1, 1, 1) },
        new("pexpire", 3, "write", call => Expire(call, 1)) { Keys = (1, 1, 1) },
        new("persist", 2, "write", Persist) { Keys = (1, 1, 1) },
        new("ttl", 2, "readonly", call => TimeToLive(call, 1000)) { Keys = (1, 1, 1) },
        new("pttl", 2, "readonly", call => TimeToLive(call, 1)) { Keys = (1, 1, 1) },
        new("keys", 2, "readonly", Keys),
        new("scan", -2, "readonly", Scan),
        new("dbsize", 1, "readonly", call => call.Reply.Number(call.Keyspace.Count)),
        new("flushall", -1, "write", Flush),
        new("flushdb", -1, "write", Flush),
    ];

    /// <summary>Reads an option that says when a key ends, "EX 10".</summary>
    /// <param name="call">The command.</param>
    /// <param name="index">Of the option; its value follows.</param>
    /// <param name="command">Its name, for the message.</param>
    /// <param name="expires">In milliseconds since 1970.</param>
    /// <returns>Whether it is one.</returns>
    internal static bool TryExpiry(Call call, int index, string command, out long expires)
    {
        expires = 0;
        bool seconds = call.Is(index, "EX"u8) || call.Is(index, "EXAT"u8);
        bool relative = call.Is(index, "EX"u8) || call.Is(index, "PX"u8);
        if (!seconds && !relative && !call.Is(index, "PXAT"u8)) return false;
        expires = Time(call.Integer(index + 1), seconds ? 1000 : 1, relative, command);
        if (expires <= 0 || call.Integer(index + 1) <= 0) throw InvalidExpiry(command);
        return true;
    }

    private static CommandException InvalidExpiry(string command) => new($"ERR invalid expire time in '{command}' command");

    private static long Time(long value, int unit, bool relative, string command)
    {
        try
        {
            return checked(value * unit + (relative ? Keyspace.Now : 0));
        }
        catch (OverflowException)
        {
            throw InvalidExpiry(command);
        }
    }

    private static void Delete(Call call)
    {
        int removed = 0;
        for (int i = 1; i < call.Count; i++) removed += call.Keyspace.Remove(call[i]) ? 1 : 0;
        call.Reply.Number(removed);
    }

    private static void Exists(Call call)
    {
        int found = 0;
        for (int i = 1; i < call.Count; i++) found += call.Keyspace.Find(call[i]) is null ? 0 : 1;
        call.Reply.Number(found);
    }

    private static void Type(Call call) => call.Reply.Simple(TypeOf(call.Keyspace.Find(call[1])));

    private static string TypeOf(Entry? entry) => entry?.Value switch
    {
        null => "none",
        byte[] => "string",
        BytesDeque => "list",
        HashSet<byte[]> => "set",
        SortedMembers => "zset",
        _ => "hash",
    };

    private static void Expire(Call call, int unit)
    {
        long time = Time(call.Integer(2), unit, relative: true, unit == 1 ? "pexpire" : "expire");
        Entry? entry = call.Keyspace.Find(call[1]);
        if (entry is null) call.Reply.Number(0);
        else if (time <= Keyspace.Now) call.Reply.Number(call.Keyspace.Remove(call[1]) ? 1 : 0);
        else
        {
            call.Keyspace.Expire(entry, time);
            call.Reply.Number(1);
        }
    }

    private static void Persist(Call call)
    {
        bool ends = call.Keyspace.Find(call[1]) is { ExpiresAt: not 0 };
        if (ends) call.Keyspace.Expire(call.Keyspace.Find(call[1])!, 0);
        call.Reply.Number(ends ? 1 : 0);
    }

    private static void TimeToLive(Call call, int unit) => call.Reply.Number(call.Keyspace.Find(call[1]) switch
    {
        null => -2,
        { ExpiresAt: 0 } => -1,
        { } entry => (entry.ExpiresAt - Keyspace.Now + unit / 2) / unit,
    });

    private static void Keys(Call call)
    {
        byte[] pattern = call.Arguments.Copy(1);
        call.Reply.Bulks([.. call.Keyspace.Keys.Where(key => Pattern.Matches(pattern, key))]);
    }

    // One step over all: the cursor is always 0 afterwards, which the protocol allows.
    private static void Scan(Call call)
    {
        if (!Call.TryInteger(call[1], out long cursor) || cursor < 0) throw new CommandException("ERR invalid cursor");
        byte[]? pattern = null;
        string? type = null;
        for (int i = 2; i < call.Count; i += 2)
        {
            if (i + 1 == call.Count) throw CommandException.Syntax();
            if (call.Is(i, "MATCH"u8)) pattern = call.Arguments.Copy(i + 1);
            else if (call.Is(i, "TYPE"u8)) type = call.Text(i + 1);
            else if (!call.Is(i, "COUNT"u8) || call.Integer(i + 1) < 1) throw CommandException.Syntax();
        }
        byte[][] found = cursor != 0
            ? []
            : [.. call.Keyspace.Keys.Where(key => pattern is null || Pattern.Matches(pattern, key))];
        if (type is not null) found = [.. found.Where(key => TypeOf(call.Keyspace.Find(key)).Equals(type, StringComparison.OrdinalIgnoreCase))];
        call.Reply.Array(2);
        call.Reply.Bulk("0"u8);
        call.Reply.Bulks(found);
    }

    private static void Flush(Call call)
    {
        call.Keyspace.Clear();
        call.Reply.Ok();
    }

}
