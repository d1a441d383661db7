using GreenThreads;
using KeyValueServer.Protocol;
using KeyValueServer.Store;
using Samples.Common;

namespace KeyValueServer.Commands;

/// <summary>Messages from clients to clients.</summary>
internal static class SubscriptionCommands
{
    internal static Command[] All { get; } =
    [
        new("publish", 3, "pubsub", Publish),
        new("subscribe", -2, "pubsub", null) { Wait = client => Change(client, Kind.Channel, begins: true), IsForSubscribers = true },
        new("unsubscribe", -1, "pubsub", null) { Wait = client => Change(client, Kind.Channel, begins: false), IsForSubscribers = true },
        new("psubscribe", -2, "pubsub", null) { Wait = client => Change(client, Kind.Pattern, begins: true), IsForSubscribers = true },
        new("punsubscribe", -1, "pubsub", null) { Wait = client => Change(client, Kind.Pattern, begins: false), IsForSubscribers = true },
    ];

    private enum Kind
    {
        Channel,
        Pattern,
    }

    [NotWoven]
    private static void Publish(Call call) => call.Reply.Number(call.Client.Broker.Publish(call.Arguments.Copy(1), call.Arguments.Copy(2)));

    // From now on a thread of its own sends to the client: messages come at any time.
    private static void Change(Client client, Kind kind, bool begins)
    {
        Subscriber subscriber = client.Subscribe();
        ChangeAll(client, subscriber, kind, begins);
    }

    [NotWoven]
    private static void ChangeAll(Client client, Subscriber subscriber, Kind kind, bool begins)
    {
        string verb = (kind == Kind.Pattern ? "p" : "") + (begins ? "subscribe" : "unsubscribe");
        lock (client.Keyspace.Gate)
        {
            HashSet<byte[]> current = kind == Kind.Pattern ? subscriber.Patterns : subscriber.Channels;
            byte[]?[] names = client.Arguments.Count > 1
                ? [.. Enumerable.Range(1, client.Arguments.Count - 1).Select(client.Arguments.Copy)]
                : current.Count > 0 ? [.. current] : [null];
            foreach (byte[]? name in names)
            {
                if (name is not null) client.Broker.Change(subscriber, name, isPattern: kind == Kind.Pattern, begins);
                client.Output.Array(3);
                client.Output.Bulk(verb);
                client.Output.BulkOrNull(name);
                client.Output.Number(subscriber.Count);
            }
            subscriber.Deliver(client.Output.Take()); // before the first message
        }
    }
}
