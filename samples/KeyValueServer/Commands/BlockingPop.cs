using System.Buffers.Text;
using GreenThreads;
using KeyValueServer.Protocol;
using KeyValueServer.Store;

namespace KeyValueServer.Commands;

/// <summary>BLPOP and BRPOP: a client that waits is a green thread that receives from a channel.</summary>
internal static class BlockingPop
{
    /// <summary>Takes an item of the first list that has one; waits until one has.</summary>
    internal static void Run(Client client, bool left)
    {
        TimeSpan timeout = Timeout(client.Arguments[client.Arguments.Count - 1]);
        ListWaiter? waiter = TakeOrWait(client, left);
        if (waiter is null) return;
        client.Flush();
        (byte[] Key, byte[] Item)? served = null;
        bool isWanted = false;
        try
        {
            // ends when the client goes away, too
            served = client.WhileConnected(() => Receive(waiter, timeout));
            isWanted = client.IsConnected;
        }
        finally
        {
            served ??= GiveUp(client.Keyspace, waiter, isWanted);
        }
        if (served is { } found)
        {
            client.Output.Array(2);
            client.Output.Bulk(found.Key);
            client.Output.Bulk(found.Item);
        }
        else
        {
            client.Output.NullArray();
        }
    }

    private static (byte[], byte[])? Receive(ListWaiter waiter, TimeSpan timeout) =>
        waiter.Served.TryReceive(out (byte[], byte[]) served, timeout) ? served : null;

    private static TimeSpan Timeout(ReadOnlySpan<byte> text)
    {
        if (!Utf8Parser.TryParse(text, out double seconds, out int used) || used != text.Length || !double.IsFinite(seconds) || seconds > int.MaxValue / 1000)
            throw new CommandException("ERR timeout is not a float or out of range");
        if (seconds < 0) throw new CommandException("ERR timeout is negative");
        return seconds == 0 ? System.Threading.Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(Math.Max(seconds, 0.001));
    }

    // Null: an item was there, and is the reply.
    [NotWoven]
    private static ListWaiter? TakeOrWait(Client client, bool left)
    {
        Keyspace keyspace = client.Keyspace;
        lock (keyspace.Gate)
        {
            for (int i = 1; i < client.Arguments.Count - 1; i++)
            {
                if (!keyspace.TryFind(client.Arguments[i], out BytesDeque? list)) continue;
                client.Output.Array(2);
                client.Output.Bulk(client.Arguments[i]);
                client.Output.Bulk(list.Pop(left));
                keyspace.RemoveIfEmpty(client.Arguments[i], list.Count);
                return null;
            }
            var waiter = new ListWaiter([.. Enumerable.Range(1, client.Arguments.Count - 2).Select(client.Arguments.Copy)], left);
            keyspace.Waiters.Add(waiter);
            return waiter;
        }
    }

    // The wait is over without an item; but one may have been given in this very moment.
    [NotWoven]
    private static (byte[], byte[])? GiveUp(Keyspace keyspace, ListWaiter waiter, bool isWanted)
    {
        lock (keyspace.Gate)
        {
            if (keyspace.Waiters.Remove(waiter) || !waiter.Served.TryReceive(out (byte[] Key, byte[] Item) served)) return null;
            if (isWanted) return served;
            // the client is gone: back to where it came from
            keyspace.FindOrAdd(served.Key, () => new BytesDeque()).Push(served.Item, waiter.Left);
            keyspace.Waiters.Serve(keyspace, served.Key);
            return null;
        }
    }
}
