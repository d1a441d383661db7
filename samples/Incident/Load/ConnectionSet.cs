using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Incident.Load;

/// <summary>
/// Many connections to one server, driven by one thread with one poll. Each has at most one message under way; a phase is
/// driven by what happens when an echo is complete.
/// </summary>
internal sealed unsafe class ConnectionSet : IDisposable
{
    /// <summary>Bytes of a message: the connection's number, a sequence number, and filling.</summary>
    internal const int MessageBytes = 64;

    private const int EventCapacity = 512;
    private const uint Loopback = (127u << 24) + 1;

    private readonly int _poll = Libc.CreatePoll();
    private readonly byte* _events = (byte*)NativeMemory.Alloc(EventCapacity, 16);
    private readonly byte* _message = (byte*)NativeMemory.Alloc(MessageBytes);
    private readonly byte* _echo = (byte*)NativeMemory.Alloc(MessageBytes);
    private readonly SourceAddresses _sources = new();

    private int[] _descriptors = [];
    private ConnectionState[] _states = [];
    private byte[] _receivedBytes = [];
    private uint[] _sequences = [];
    private int _started;

    internal ConnectionSet()
    {
        for (int i = 0; i < MessageBytes; i++) _message[i] = (byte)(i * 7 + 1);
    }

    /// <summary>Connections that were started, lost ones included; they have the numbers from 0.</summary>
    internal int Started => _started;

    /// <summary>Connections whose last echo is complete.</summary>
    internal int Idle { get; private set; }

    /// <summary>Connections that wait for the kernel or for an echo.</summary>
    internal int UnderWay { get; private set; }

    /// <summary>Connections that were lost.</summary>
    internal int Lost { get; private set; }

    /// <summary>Why the first of them was lost.</summary>
    internal string? FirstLoss { get; private set; }

    /// <summary>Prepares for a number of connections more.</summary>
    internal void Reserve(int count)
    {
        int size = _started + count;
        Array.Resize(ref _descriptors, size);
        Array.Resize(ref _states, size);
        Array.Resize(ref _receivedBytes, size);
        Array.Resize(ref _sequences, size);
    }

    /// <summary>Whether a connection can take a message.</summary>
    internal bool IsIdle(int number) => _states[number] == ConnectionState.Idle;

    /// <summary>Starts to connect the next connection; it sends its first message by itself.</summary>
    /// <returns>Null, or why no more can be opened.</returns>
    internal string? Start(int port)
    {
        int descriptor = Libc.OpenSocket(_sources.Next());
        if (descriptor < 0) return $"socket: {Describe(Libc.LastError)}";
        int error = Libc.ConnectTo(descriptor, Loopback, port);
        while (error is Libc.AddressNotAvailable or Libc.AddressInUse)
        {
            Libc.Abort(descriptor);
            if (!_sources.TryAdvance()) return "connect: " + Describe(Libc.AddressNotAvailable);
            descriptor = Libc.OpenSocket(_sources.Next());
            if (descriptor < 0) return $"socket: {Describe(Libc.LastError)}";
            error = Libc.ConnectTo(descriptor, Loopback, port);
        }
        if (error is not (0 or Libc.InProgress))
        {
            Libc.Abort(descriptor);
            return $"connect: {Describe(error)}";
        }
        int number = _started;
        if (!Libc.Watch(_poll, Libc.Add, descriptor, error == 0 ? Libc.Readable : Libc.Writable, number))
        {
            int watchError = Libc.LastError;
            Libc.Abort(descriptor);
            return $"epoll_ctl: {Describe(watchError)}";
        }
        _started++;
        _descriptors[number] = descriptor;
        _states[number] = ConnectionState.Connecting;
        UnderWay++;
        if (error == 0) BeginMessage(number);
        return null;
    }

    /// <summary>Sends a message on an idle connection.</summary>
    internal void Send(int number)
    {
        Idle--;
        UnderWay++;
        BeginMessage(number);
    }

    /// <summary>Waits until something happens.</summary>
    /// <param name="timeoutMs">How long to wait at most.</param>
    /// <returns>The number of events; each has to be handled by <see cref="CompletesEcho"/> once, in order.</returns>
    internal int Poll(int timeoutMs) => Libc.Wait(_poll, _events, EventCapacity, timeoutMs);

    /// <summary>Handles an event of the last <see cref="Poll"/>.</summary>
    /// <param name="eventIndex">Which, from 0.</param>
    /// <param name="number">The connection.</param>
    /// <returns>Whether the connection's echo is complete now.</returns>
    internal bool CompletesEcho(int eventIndex, out int number)
    {
        (_, number) = Libc.EventAt(_events, eventIndex);
        switch (_states[number])
        {
            case ConnectionState.Connecting:
                FinishConnect(number);
                return false;
            case ConnectionState.Waiting or ConnectionState.Idle:
                return Receive(number);
            default:
                return false;
        }
    }

    /// <summary>Closes all connections with a reset.</summary>
    internal void CloseAll()
    {
        for (int number = 0; number < _started; number++)
            if (_states[number] != ConnectionState.Lost)
                Libc.Abort(_descriptors[number]);
        _started = 0;
        Idle = UnderWay = Lost = 0;
        FirstLoss = null;
        _descriptors = [];
        _states = [];
        _receivedBytes = [];
        _sequences = [];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseAll();
        NativeMemory.Free(_events);
        NativeMemory.Free(_message);
        NativeMemory.Free(_echo);
    }

    private static string Describe(int error) => Marshal.GetPInvokeErrorMessage(error);

    private void FinishConnect(int number)
    {
        int error = Libc.PendingError(_descriptors[number]);
        if (error != 0) Lose(number, $"connect: {Describe(error)}");
        else if (!Libc.Watch(_poll, Libc.Modify, _descriptors[number], Libc.Readable, number)) Lose(number, "epoll_ctl: " + Describe(Libc.LastError));
        else BeginMessage(number);
    }

    private void BeginMessage(int number)
    {
        _states[number] = ConnectionState.Waiting;
        _receivedBytes[number] = 0;
        _sequences[number]++;
        Sign(number);
        int sent = Libc.SendBytes(_descriptors[number], _message, MessageBytes);
        // one message of 64 bytes under way always fits the socket's buffer
        if (sent != MessageBytes) Lose(number, sent < 0 ? $"send: {Describe(Libc.LastError)}" : "send: the socket's buffer is full");
    }

    private void Sign(int number)
    {
        *(int*)_message = number;
        *(uint*)(_message + 4) = _sequences[number];
    }

    // Whether the echo is complete now. On an idle connection there is nothing to receive: it is the server's end that came.
    private bool Receive(int number)
    {
        int have = _states[number] == ConnectionState.Idle ? 0 : _receivedBytes[number];
        int received = Libc.ReceiveBytes(_descriptors[number], _echo, MessageBytes - have);
        if (received <= 0)
        {
            int error = received == 0 ? 0 : Libc.LastError;
            if (error is Libc.Again or Libc.InterruptedCall) return false;
            Lose(number, error == 0 ? "closed by the server" : $"receive: {Describe(error)}");
            return false;
        }
        if (_states[number] == ConnectionState.Idle)
        {
            Lose(number, "the server sent bytes that nobody asked for");
            return false;
        }
        Sign(number);
        if (!new ReadOnlySpan<byte>(_echo, received).SequenceEqual(new ReadOnlySpan<byte>(_message + have, received)))
        {
            Lose(number, "wrong echo");
            return false;
        }
        _receivedBytes[number] = (byte)(have + received);
        if (have + received < MessageBytes) return false;
        _states[number] = ConnectionState.Idle;
        UnderWay--;
        Idle++;
        return true;
    }

    private void Lose(int number, string why)
    {
        Debug.Assert(_states[number] is not (ConnectionState.Lost or ConnectionState.Unused), "A connection is lost once.");
        if (_states[number] == ConnectionState.Idle) Idle--;
        else UnderWay--;
        _states[number] = ConnectionState.Lost;
        Lost++;
        FirstLoss ??= why;
        Libc.Abort(_descriptors[number]);
    }
}
