using GreenThreads;
using KeyValueServer.Commands;
using KeyValueServer.Protocol;
using Samples.Common;

namespace KeyValueServer.Store;

/// <summary>Who wants which messages. Guarded by the gate of the keyspace.</summary>
[NotWoven]
internal sealed class Broker
{
    private readonly Dictionary<byte[], HashSet<Subscriber>> _channels = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], HashSet<Subscriber>> _patterns = new(BytesComparer.Instance);

    /// <summary>A subscription begins or ends.</summary>
    internal void Change(Subscriber subscriber, byte[] name, bool isPattern, bool begins)
    {
        Dictionary<byte[], HashSet<Subscriber>> all = isPattern ? _patterns : _channels;
        HashSet<byte[]> own = isPattern ? subscriber.Patterns : subscriber.Channels;
        if (begins ? !own.Add(name) : !own.Remove(name)) return;
        if (!all.TryGetValue(name, out HashSet<Subscriber>? subscribers)) all[name] = subscribers = [];
        if (begins) subscribers.Add(subscriber);
        else subscribers.Remove(subscriber);
        if (subscribers.Count == 0) all.Remove(name);
    }

    /// <summary>A client is gone.</summary>
    internal void Remove(Subscriber subscriber)
    {
        foreach (byte[] name in subscriber.Channels.ToArray()) Change(subscriber, name, isPattern: false, begins: false);
        foreach (byte[] name in subscriber.Patterns.ToArray()) Change(subscriber, name, isPattern: true, begins: false);
    }

    /// <summary>Gives a message to all who want it. Does not wait.</summary>
    /// <returns>How many got it.</returns>
    internal int Publish(byte[] channel, byte[] message)
    {
        int receivers = 0;
        if (_channels.TryGetValue(channel, out HashSet<Subscriber>? subscribers)) receivers += Deliver(subscribers, "message"u8, channel, message);
        foreach ((byte[] pattern, HashSet<Subscriber> matching) in _patterns)
        {
            if (Pattern.Matches(pattern, channel)) receivers += Deliver(matching, "pmessage"u8, pattern, channel, message);
        }
        return receivers;
    }

    // Encoded once for all.
    private static int Deliver(HashSet<Subscriber> subscribers, ReadOnlySpan<byte> kind, params ReadOnlySpan<byte[]> parts)
    {
        using var encoded = new OutputBuffer(null);
        encoded.Array(parts.Length + 1);
        encoded.Bulk(kind);
        foreach (byte[] part in parts) encoded.Bulk(part);
        byte[] message = encoded.Take();
        foreach (Subscriber subscriber in subscribers) subscriber.Deliver(message);
        return subscribers.Count;
    }
}
