using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GreenThreads.Samples.Tests.Infrastructure;

/// <summary>A client that sends and receives text as it is, on an OS thread.</summary>
internal sealed class TextClient : IDisposable
{
    private readonly byte[] _buffer = new byte[16 << 10];
    private string _received = "";

    internal TextClient(int port)
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 20_000, SendTimeout = 20_000 };
        Socket.Connect(IPAddress.Loopback, port);
    }

    internal Socket Socket { get; }

    internal void Send(string text) => Socket.Send(Encoding.Latin1.GetBytes(text));

    /// <summary>Receives until a text has come.</summary>
    /// <returns>Everything up to its end.</returns>
    internal string ReceiveTo(string end)
    {
        int at;
        while ((at = _received.IndexOf(end, StringComparison.Ordinal)) < 0)
        {
            if (!Receive()) throw new EndOfStreamException($"The connection ended after '{_received}', before '{end}'.");
        }
        string text = _received[..(at + end.Length)];
        _received = _received[(at + end.Length)..];
        return text;
    }

    /// <summary>Receives until the server ends the connection.</summary>
    internal string ReceiveAll()
    {
        while (Receive()) { }
        string text = _received;
        _received = "";
        return text;
    }

    /// <summary>Sends, then receives until a text has come.</summary>
    internal string Exchange(string text, string end)
    {
        Send(text);
        return ReceiveTo(end);
    }

    public void Dispose() => Socket.Dispose();

    private bool Receive()
    {
        int count = Socket.Receive(_buffer);
        _received += Encoding.Latin1.GetString(_buffer, 0, count);
        return count > 0;
    }
}
