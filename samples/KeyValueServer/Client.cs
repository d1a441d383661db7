using System.Net.Sockets;
using GreenThreads;
using KeyValueServer.Commands;
using KeyValueServer.Protocol;
using KeyValueServer.Store;
using Samples.Common;

namespace KeyValueServer;

// Written as for an OS thread: read commands, carry them out, send the replies. All commands that have come are carried out
// together, under the gate, and their replies are sent together; only commands that may wait (BLPOP, SUBSCRIBE) are apart.
//
// A client that subscribes gets a second thread, which sends: what it is to be sent then goes through a channel, from this
// thread (replies) and from those of other clients (messages).

/// <summary>A client and its connection.</summary>
internal sealed class Client : IServedConnection
{
    private const int MostCollectedBytes = 64 << 10;
    private const int MostAtOnce = 64; // commands under one hold of the gate

    private static long s_lastId;

    private readonly Socket _socket;
    private readonly InputBuffer _input;
    private readonly Call _call;
    private Subscriber? _subscriber;
    private GreenThread? _sender;
    private bool _isEnding;

    internal Client(Socket socket, Keyspace keyspace, Broker broker, GreenServer server)
    {
        _socket = socket;
        socket.NoDelay = true;
        _input = new InputBuffer(socket);
        Arguments = new CommandReader(_input);
        Output = new OutputBuffer(socket);
        Keyspace = keyspace;
        Broker = broker;
        Server = server;
        Id = Interlocked.Increment(ref s_lastId);
        _call = new Call(this, Arguments, Output, keyspace);
    }

    private enum Step
    {
        Receive,
        Flush,
        Wait,
    }

    /// <summary>Its number.</summary>
    internal long Id { get; }

    /// <summary>What it calls itself.</summary>
    internal string? Name { get; set; }

    /// <summary>The command that is carried out.</summary>
    internal CommandReader Arguments { get; }

    /// <summary>Its replies, collected.</summary>
    internal OutputBuffer Output { get; }

    /// <summary>The keys.</summary>
    internal Keyspace Keyspace { get; }

    /// <summary>Messages from clients to clients.</summary>
    internal Broker Broker { get; }

    /// <summary>The server, for its counters.</summary>
    internal GreenServer Server { get; }

    /// <summary>Whether it is there, as far as is known.</summary>
    internal bool IsConnected { get; private set; } = true;

    /// <summary>Whether it gets messages.</summary>
    internal bool IsSubscribed => _subscriber is { Count: > 0 };

    /// <summary>Serves it to its end.</summary>
    public void Serve()
    {
        try
        {
            Arguments.Begin();
            while (!_isEnding)
            {
                switch (RunReceived(out Command? waiting))
                {
                    case Step.Wait:
                        RunWaiting(waiting!);
                        break;
                    case Step.Flush:
                        Flush();
                        break;
                    default:
                        Flush();
                        _input.MakeRoom();
                        if (_isEnding || !_input.Fill()) return;
                        break;
                }
            }
            Flush();
        }
        catch (ProtocolException exception)
        {
            Output.Error($"ERR {exception.Message}");
            Flush();
            Lingering.End(_socket);
        }
        catch (SocketException)
        {
            // the client is gone
        }
        finally
        {
            EndSubscription();
        }
    }

    /// <summary>The server drains: what has come is still carried out. Clients that wait are let go.</summary>
    public void EndReading() => DrainingServer.EndReceiving(_socket);

    /// <summary>Ends the connection when the replies are sent.</summary>
    internal void End() => _isEnding = true;

    /// <summary>Sends the replies. Waits.</summary>
    internal void Flush()
    {
        if (_subscriber is { } subscriber && Output.Length > 0) subscriber.Outbox.Send(Output.Take());
        else Output.Flush();
    }

    /// <summary>Waits for something, as long as the client is there.</summary>
    /// <returns>What was waited for; nothing if the client has gone.</returns>
    internal T? WhileConnected<T>(Func<T?> wait)
    {
        try
        {
            return WaitInScope(wait);
        }
        catch (OperationCanceledException) when (!IsConnected)
        {
            _isEnding = true;
            return default;
        }
    }

    /// <summary>From now on messages can come. Waits until the replies before are sent.</summary>
    internal Subscriber Subscribe()
    {
        if (_subscriber is not null) return _subscriber;
        Flush();
        var subscriber = new Subscriber(() => DrainingServer.EndReceiving(_socket));
        _socket.SendTimeout = 30_000;
        _sender = GreenThread.Start(() => Send(subscriber));
        return _subscriber = subscriber;
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        _input.Dispose();
        Output.Dispose();
    }

    // HOT: redis-benchmark; GET, and SET of a value of the same length, allocate nothing
    [NotWoven]
    private Step RunReceived(out Command? waiting)
    {
        waiting = null;
        lock (Keyspace.Gate)
        {
            for (int i = 0; i < MostAtOnce; i++)
            {
                if (!Arguments.TryRead()) return Step.Receive;
                if (Arguments.Count > 0)
                {
                    try
                    {
                        Command command = CommandTable.Find(Arguments);
                        if (IsSubscribed && !command.IsForSubscribers)
                        {
                            throw new CommandException(
                                $"ERR Can't execute '{command.Name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context");
                        }
                        if (command.Run is not { } run)
                        {
                            waiting = command;
                            return Step.Wait;
                        }
                        run(_call);
                    }
                    catch (CommandException exception)
                    {
                        Output.Error(exception.Message);
                    }
                }
                Arguments.Begin();
                if (_isEnding || Output.Length > MostCollectedBytes) return Step.Flush;
            }
            return Step.Flush;
        }
    }

    private void RunWaiting(Command command)
    {
        try
        {
            command.Wait!(this);
        }
        catch (CommandException exception)
        {
            Output.Error(exception.Message);
        }
        Arguments.Begin();
    }

    private T? WaitInScope<T>(Func<T?> wait)
    {
        using var scope = new GreenScope();
        scope.Start(() =>
        {
            // a command that follows says nothing about what comes behind it: then this is found out later
            if (_socket.Receive(new byte[1], SocketFlags.Peek) > 0) return;
            IsConnected = false;
            scope.Cancel();
        });
        T? result = wait();
        scope.Cancel();
        return result;
    }

    private void Send(Subscriber subscriber)
    {
        try
        {
            foreach (byte[] bytes in subscriber.Outbox) _socket.Send(bytes);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // the client is gone, or does not read: its reading ends, and with it the connection
            subscriber.Outbox.TryClose();
            DrainingServer.EndReceiving(_socket);
        }
    }

    private void EndSubscription()
    {
        if (_subscriber is not { } subscriber) return;
        Forget(subscriber);
        subscriber.Outbox.TryClose();
        _sender!.Join();
    }

    [NotWoven]
    private void Forget(Subscriber subscriber)
    {
        lock (Keyspace.Gate) Broker.Remove(subscriber);
    }
}
