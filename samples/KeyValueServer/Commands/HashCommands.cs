using System.Text;
using GreenThreads;
using KeyValueServer.Protocol;
using KeyValueServer.Store;
using Fields = System.Collections.Generic.Dictionary<byte[], byte[]>;

namespace KeyValueServer.Commands;

/// <summary>Keys that hold fields with values.</summary>
[NotWoven]
internal static class HashCommands
{
    internal static Command[] All { get; } =
    [
        new("hset", -4, "write", Set) { Keys = (1, 1, 1) },
        new("hmset", -4, "write", Set) { Keys = (1, 1, 1) },
        new("hget", 3, "readonly", call => call.Reply.BulkOrNull(Value(call, 2))) { Keys = (1, 1, 1) },
        new("hmget", -3, "readonly", GetMany) { Keys = (1, 1, 1) },
        new("hgetall", 2, "readonly", GetAll) { Keys = (1, 1, 1) },
        new("hdel", -3, "write", Delete) { Keys = (1, 1, 1) },
        new("hexists", 3, "readonly", call => call.Reply.Number(Value(call, 2) is null ? 0 : 1)) { Keys = (1, 1, 1) },
        new("hlen", 2, "readonly", call => call.Reply.Number(Find(call)?.Count ?? 0)) { Keys = (1, 1, 1) },
        new("hkeys", 2, "readonly", call => call.Reply.Bulks(Find(call)?.Keys.ToArray() ?? [])) { Keys = (1, 1, 1) },
        new("hvals", 2, "readonly", call => call.Reply.Bulks(Find(call)?.Values.ToArray() ?? [])) { Keys = (1, 1, 1) },
        new("hincrby", 4, "write", Increment) { Keys = (1, 1, 1) },
    ];

    private static Fields? Find(Call call) => call.Keyspace.TryFind(call[1], out Fields? fields) ? fields : null;

    private static Fields FindOrAdd(Call call) => call.Keyspace.FindOrAdd(call[1], () => new Fields(BytesComparer.Instance));

    private static byte[]? Value(Call call, int index) =>
        Find(call) is { } fields && fields.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(call[index], out byte[]? value) ? value : null;

    private static void Set(Call call)
    {
        bool isOld = call.Is(0, "hmset"u8);
        if (call.Count % 2 != 0) throw CommandException.Arity(isOld ? "hmset" : "hset");
        Fields fields = FindOrAdd(call);
        int before = fields.Count;
        for (int i = 2; i < call.Count; i += 2) fields.GetAlternateLookup<ReadOnlySpan<byte>>()[call[i]] = call.Arguments.Copy(i + 1);
        if (isOld) call.Reply.Ok();
        else call.Reply.Number(fields.Count - before);
    }

    private static void GetMany(Call call)
    {
        Find(call); // of another type: an error, before the reply has begun
        call.Reply.Array(call.Count - 2);
        for (int i = 2; i < call.Count; i++) call.Reply.BulkOrNull(Value(call, i));
    }

    private static void GetAll(Call call)
    {
        Fields fields = Find(call) ?? [];
        call.Reply.Array(fields.Count * 2);
        foreach ((byte[] name, byte[] value) in fields)
        {
            call.Reply.Bulk(name);
            call.Reply.Bulk(value);
        }
    }

    private static void Delete(Call call)
    {
        int removed = 0;
        if (Find(call) is { } fields)
        {
            for (int i = 2; i < call.Count; i++) removed += fields.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(call[i]) ? 1 : 0;
            call.Keyspace.RemoveIfEmpty(call[1], fields.Count);
        }
        call.Reply.Number(removed);
    }

    private static void Increment(Call call)
    {
        long by = call.Integer(3), value = 0;
        if (Value(call, 2) is { } old && !Call.TryInteger(old, out value)) throw new CommandException("ERR hash value is not an integer");
        if (by > 0 ? value > long.MaxValue - by : value < long.MinValue - by) throw new CommandException("ERR increment or decrement would overflow");
        FindOrAdd(call).GetAlternateLookup<ReadOnlySpan<byte>>()[call[2]] = Encoding.ASCII.GetBytes(Reply.Text(value + by));
        call.Reply.Number(value + by);
    }
}
