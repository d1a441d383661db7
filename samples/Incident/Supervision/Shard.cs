using Incident.Protocol;

namespace Incident.Supervision;

/// <summary>
/// A server process and the load process that fills it. One pair holds as many connections as one process may have
/// descriptors; more connections take more pairs.
/// </summary>
internal sealed class Shard : IDisposable
{
    private const int WarmUpConnections = 32;

    private Shard(ChildProcess server, ChildProcess load, int wanted)
    {
        Server = server;
        Load = load;
        Wanted = wanted;
    }

    internal ChildProcess Server { get; }

    internal ChildProcess Load { get; }

    /// <summary>Connections that this pair is to hold.</summary>
    internal int Wanted { get; }

    /// <summary>Connections that have had an echo so far.</summary>
    internal int Reached { get; private set; }

    private int Port { get; set; }

    /// <summary>Starts both processes and waits until the server listens.</summary>
    /// <exception cref="ChildEndedException">One of them could not start.</exception>
    internal static async Task<Shard> StartAsync(ServeMode mode, int wanted, CancellationToken cancellation)
    {
        var shard = new Shard(
            ChildProcess.Start(ChildCommand.Serve, mode.ToString().ToLowerInvariant()),
            ChildProcess.Start(ChildCommand.Load),
            wanted);
        try
        {
            Event listening = await shard.Server.ExpectAsync(Event.Ready, null, cancellation);
            shard.Port = listening.Port;
            await shard.Load.ExpectAsync(Event.Ready, null, cancellation);
            return shard;
        }
        catch
        {
            shard.Dispose();
            throw;
        }
    }

    /// <summary>A few connections and round trips, so that "before" is a server whose code has run once.</summary>
    internal async Task WarmUpAsync(CancellationToken cancellation)
    {
        await OpenAsync(WarmUpConnections, null, cancellation);
        await PingPongAsync(WarmUpConnections, 0, 0.5, null, cancellation);
        Load.Send(new Command(Command.Close));
        await Load.ExpectAsync(Event.Closed, null, cancellation);
        Reached = 0;
    }

    /// <summary>Opens connections one after another, each with an echo.</summary>
    internal async Task<Event> OpenAsync(int count, Action? progress, CancellationToken cancellation)
    {
        Load.Send(new Command(Command.Open) { Port = Port, Count = count });
        Event opened = await Load.ExpectAsync(
            Event.Opened,
            what =>
            {
                Reached = what.Count;
                progress?.Invoke();
            },
            cancellation);
        Reached = opened.Count;
        return opened;
    }

    /// <summary>Ping-pong on a part of the connections.</summary>
    internal Task<Event> PingPongAsync(int active, double warmUpSeconds, double seconds, Action<Event>? progress, CancellationToken cancellation)
    {
        Load.Send(new Command(Command.PingPong) { Count = active, WarmUpSeconds = warmUpSeconds, Seconds = seconds });
        return Load.ExpectAsync(Event.PingPonged, progress, cancellation);
    }

    /// <summary>An echo on every connection.</summary>
    internal Task<Event> CheckAsync(Action<Event>? progress, CancellationToken cancellation)
    {
        Load.Send(new Command(Command.Check));
        return Load.ExpectAsync(Event.Checked, progress, cancellation);
    }

    /// <summary>The server's counters.</summary>
    internal Task<Event> CountersAsync(CancellationToken cancellation)
    {
        Server.Send(new Command(Command.Counters));
        return Server.ExpectAsync(Event.Counters, null, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Server.Dispose();
        Load.Dispose();
    }
}
