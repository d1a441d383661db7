using GreenThreads;
using KeyValueServer.Protocol;
using KeyValueServer.Store;

namespace KeyValueServer.Commands;

/// <summary>Keys that hold sets.</summary>
[NotWoven]
internal static class SetCommands
{
    internal static Command[] All { get; } =
    [
        new("sadd", -3, "write", Add) { Keys = (1, 1, 1) },
        new("srem", -3, "write", Remove) { Keys = (1, 1, 1) },
        new("sismember", 3, "readonly", call => call.Reply.Number(call.Keyspace.TryFind(call[1], out HashSet<byte[]>? set) && Lookup(set).Contains(call[2]) ? 1 : 0)) { Keys = (1, 1, 1) },
        new("smembers", 2, "readonly", call => call.Reply.Bulks(Find(call, 1))) { Keys = (1, 1, 1) },
        new("scard", 2, "readonly", call => call.Reply.Number(Find(call, 1).Count)) { Keys = (1, 1, 1) },
        new("spop", 2, "write", Pop) { Keys = (1, 1, 1) },
        new("sinter", -2, "readonly", call => Combine(call, (result, other) => result.IntersectWith(other))) { Keys = (1, -1, 1) },
        new("sunion", -2, "readonly", call => Combine(call, (result, other) => result.UnionWith(other))) { Keys = (1, -1, 1) },
        new("sdiff", -2, "readonly", call => Combine(call, (result, other) => result.ExceptWith(other))) { Keys = (1, -1, 1) },
    ];

    private static HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> Lookup(HashSet<byte[]> set) => set.GetAlternateLookup<ReadOnlySpan<byte>>();

    private static HashSet<byte[]> Find(Call call, int index) =>
        call.Keyspace.TryFind(call[index], out HashSet<byte[]>? set) ? set : new HashSet<byte[]>(BytesComparer.Instance);

    private static void Add(Call call)
    {
        var set = Lookup(call.Keyspace.FindOrAdd(call[1], () => new HashSet<byte[]>(BytesComparer.Instance)));
        int added = 0;
        for (int i = 2; i < call.Count; i++) added += set.Add(call[i]) ? 1 : 0;
        call.Reply.Number(added);
    }

    private static void Remove(Call call)
    {
        HashSet<byte[]> set = Find(call, 1);
        int removed = 0;
        for (int i = 2; i < call.Count; i++) removed += Lookup(set).Remove(call[i]) ? 1 : 0;
        call.Keyspace.RemoveIfEmpty(call[1], set.Count);
        call.Reply.Number(removed);
    }

    private static void Pop(Call call)
    {
        HashSet<byte[]> set = Find(call, 1);
        byte[]? item = set.FirstOrDefault();
        if (item is not null) set.Remove(item);
        call.Keyspace.RemoveIfEmpty(call[1], set.Count);
        call.Reply.BulkOrNull(item);
    }

    private static void Combine(Call call, Action<HashSet<byte[]>, HashSet<byte[]>> combine)
    {
        var result = new HashSet<byte[]>(Find(call, 1), BytesComparer.Instance);
        for (int i = 2; i < call.Count; i++) combine(result, Find(call, i));
        call.Reply.Bulks(result);
    }
}
