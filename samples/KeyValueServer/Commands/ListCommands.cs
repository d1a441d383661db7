using System.Globalization;
using GreenThreads;
using KeyValueServer.Protocol;
using KeyValueServer.Store;

namespace KeyValueServer.Commands;

/// <summary>Keys that hold lists.</summary>
[NotWoven]
internal static class ListCommands
{
    internal static Command[] All { get; } =
    [
        new("lpush", -3, "write", call => Push(call, left: true)) { Keys = (1, 1, 1) },
        new("rpush", -3, "write", call => Push(call, left: false)) { Keys = (1, 1, 1) },
        new("lpop", -2, "write", call => Pop(call, left: true)) { Keys = (1, 1, 1) },
        new("rpop", -2, "write", call => Pop(call, left: false)) { Keys = (1, 1, 1) },
        new("llen", 2, "readonly", Length) { Keys = (1, 1, 1) },
        new("lindex", 3, "readonly", Index) { Keys = (1, 1, 1) },
        new("lrange", 4, "readonly", Range) { Keys = (1, 1, 1) },
        new("blpop", -3, "write", null) { Wait = client => BlockingPop.Run(client, left: true), Keys = (1, -2, 1) },
        new("brpop", -3, "write", null) { Wait = client => BlockingPop.Run(client, left: false), Keys = (1, -2, 1) },
    ];

    private static void Push(Call call, bool left)
    {
        BytesDeque list = call.Keyspace.FindOrAdd(call[1], () => new BytesDeque());
        for (int i = 2; i < call.Count; i++) list.Push(call.Arguments.Copy(i), left);
        call.Reply.Number(list.Count);
        call.Keyspace.Waiters.Serve(call.Keyspace, call[1]);
    }

    private static void Pop(Call call, bool left)
    {
        if (call.Count > 3) throw CommandException.Arity(left ? "lpop" : "rpop");
        long count = call.Count == 3 ? call.Integer(2) : 1;
        if (count < 0) throw new CommandException("ERR value is out of range, must be positive");
        if (!call.Keyspace.TryFind(call[1], out BytesDeque? list))
        {
            if (call.Count == 3) call.Reply.NullArray();
            else call.Reply.Null();
            return;
        }
        int popped = (int)Math.Min(count, list.Count);
        if (call.Count == 3) call.Reply.Array(popped);
        for (int i = 0; i < popped; i++) call.Reply.Bulk(list.Pop(left));
        call.Keyspace.RemoveIfEmpty(call[1], list.Count);
    }

    private static void Length(Call call) => call.Reply.Number(call.Keyspace.TryFind(call[1], out BytesDeque? list) ? list.Count : 0);

    private static void Index(Call call)
    {
        int index = call.Index(2);
        bool found = call.Keyspace.TryFind(call[1], out BytesDeque? list);
        if (found && index < 0) index += list!.Count;
        if (found && index >= 0 && index < list!.Count) call.Reply.Bulk(list[index]);
        else call.Reply.Null();
    }

    private static void Range(Call call)
    {
        int first = call.Index(2), last = call.Index(3);
        if (!call.Keyspace.TryFind(call[1], out BytesDeque? list))
        {
            call.Reply.Array(0);
            return;
        }
        first = Math.Max(0, first < 0 ? first + list.Count : first);
        last = Math.Min(list.Count - 1, last < 0 ? last + list.Count : last);
        call.Reply.Array(Math.Max(0, last - first + 1));
        for (int i = first; i <= last; i++) call.Reply.Bulk(list[i]);
    }
}
