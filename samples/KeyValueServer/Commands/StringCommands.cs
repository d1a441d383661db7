using System.Globalization;
using GreenThreads;
using KeyValueServer.Protocol;
using KeyValueServer.Store;

namespace KeyValueServer.Commands;

/// <summary>Keys that hold bytes.</summary>
[NotWoven]
internal static class StringCommands
{
    internal static Command[] All { get; } =
    [
        new("get", 2, "readonly", Get) { Keys = (1, 1, 1) },
        new("set", -3, "write", Set) { Keys = (1, 1, 1) },
        new("setnx", 3, "write", SetIfNone) { Keys = (1, 1, 1) },
        new("getset", 3, "write", GetSet) { Keys = (1, 1, 1) },
        new("getdel", 2, "write", GetDelete) { Keys = (1, 1, 1) },
        new("append", 3, "write", Append) { Keys = (1, 1, 1) },
        new("strlen", 2, "readonly", Length) { Keys = (1, 1, 1) },
        new("mget", -2, "readonly", GetMany) { Keys = (1, -1, 1) },
        new("mset", -3, "write", SetMany) { Keys = (1, -1, 2) },
        new("incr", 2, "write", call => Increment(call, 1)) { Keys = (1, 1, 1) },
        new("decr", 2, "write", call => Increment(call, -1)) { Keys = (1, 1, 1) },
        new("incrby", 3, "write", call => Increment(call, call.Integer(2))) { Keys = (1, 1, 1) },
        new("decrby", 3, "write", DecrementBy) { Keys = (1, 1, 1) },
    ];

    private static void Get(Call call)
    {
        if (call.Keyspace.TryFind(call[1], out byte[]? value)) call.Reply.Bulk(value);
        else call.Reply.Null();
    }

    // SET key value [NX | XX] [GET] [EX s | PX ms | EXAT s | PXAT ms | KEEPTTL]
    private static void Set(Call call)
    {
        if (call.Count == 3)
        {
            call.Keyspace.Set(call[1], call[2]);
            call.Reply.Ok();
            return;
        }
        bool ifNone = false, ifSome = false, keep = false, get = false;
        long expires = 0;
        for (int i = 3; i < call.Count; i++)
        {
            if (call.Is(i, "NX"u8)) ifNone = true;
            else if (call.Is(i, "XX"u8)) ifSome = true;
            else if (call.Is(i, "GET"u8)) get = true;
            else if (call.Is(i, "KEEPTTL"u8)) keep = true;
            else if (i + 1 < call.Count && expires == 0 && KeyCommands.TryExpiry(call, i, "set", out expires)) i++;
            else throw CommandException.Syntax();
        }
        if ((ifNone && ifSome) || (keep && expires != 0)) throw CommandException.Syntax();
        byte[]? old = null;
        bool exists = get ? call.Keyspace.TryFind(call[1], out old) : call.Keyspace.Find(call[1]) is not null;
        old = old?.ToArray(); // it may be written over
        bool sets = exists ? !ifNone : !ifSome;
        if (sets)
        {
            Entry entry = call.Keyspace.Set(call[1], call[2], keep);
            if (expires != 0) call.Keyspace.Expire(entry, expires);
        }
        if (get) call.Reply.BulkOrNull(old);
        else if (sets) call.Reply.Ok();
        else call.Reply.Null();
    }

    private static void SetIfNone(Call call)
    {
        bool sets = call.Keyspace.Find(call[1]) is null;
        if (sets) call.Keyspace.Set(call[1], call[2]);
        call.Reply.Number(sets ? 1 : 0);
    }

    private static void GetSet(Call call)
    {
        Get(call);
        call.Keyspace.Set(call[1], call[2]);
    }

    private static void GetDelete(Call call)
    {
        Get(call);
        call.Keyspace.Remove(call[1]);
    }

    private static void Append(Call call)
    {
        int length = call.Keyspace.TryFind(call[1], out byte[]? value) ? value.Length : 0;
        call.Keyspace.Set(call[1], (ReadOnlySpan<byte>)[.. value ?? [], .. call[2]], keepExpiry: true);
        call.Reply.Number(length + call[2].Length);
    }

    private static void Length(Call call) => call.Reply.Number(call.Keyspace.TryFind(call[1], out byte[]? value) ? value.Length : 0);

    private static void GetMany(Call call)
    {
        call.Reply.Array(call.Count - 1);
        for (int i = 1; i < call.Count; i++) call.Reply.BulkOrNull(call.Keyspace.Find(call[i])?.Value as byte[]);
    }

    private static void SetMany(Call call)
    {
        if (call.Count % 2 == 0) throw CommandException.Arity("mset");
        for (int i = 1; i < call.Count; i += 2) call.Keyspace.Set(call[i], call[i + 1]);
        call.Reply.Ok();
    }

    private static void DecrementBy(Call call)
    {
        long by = call.Integer(2);
        if (by == long.MinValue) throw new CommandException("ERR decrement would overflow");
        Increment(call, -by);
    }

    private static void Increment(Call call, long by)
    {
        long value = 0;
        if (call.Keyspace.TryFind(call[1], out byte[]? old) && !Call.TryInteger(old, out value)) throw CommandException.NotInteger();
        if (by > 0 ? value > long.MaxValue - by : value < long.MinValue - by) throw new CommandException("ERR increment or decrement would overflow");
        Span<byte> text = stackalloc byte[20];
        (value + by).TryFormat(text, out int length, provider: CultureInfo.InvariantCulture);
        call.Keyspace.Set(call[1], text[..length], keepExpiry: true);
        call.Reply.Number(value + by);
    }
}
