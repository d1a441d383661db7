using System.Globalization;
using System.Net.Sockets;
using System.Text;
using GreenThreads;
using Samples.Common;

namespace BlockingLibrary;

/// <summary>As much of a mail server as a client needs that sends: it answers each command after a while, as one far away does.</summary>
internal sealed class MailServer : IDisposable
{
    private readonly DrainingServer _server;
    private readonly TimeSpan _delay;
    private int _messages; // Interlocked
    private int _most; // Interlocked

    /// <summary>Starts to serve.</summary>
    /// <param name="listener">A socket that listens.</param>
    /// <param name="delay">Before each answer.</param>
    internal MailServer(Socket listener, TimeSpan delay)
    {
        _delay = delay;
        _server = new DrainingServer(listener, (_, socket) => new Session(this, socket), new GreenServerOptions { MaxConnections = 1_000_000, DrainTimeout = TimeSpan.FromSeconds(2) });
    }

    /// <summary>The server below.</summary>
    internal GreenServer Connections => _server.Server;

    /// <summary>Messages received.</summary>
    internal int Messages => Volatile.Read(ref _messages);

    /// <summary>Ends it.</summary>
    /// <returns>Whether all connections ended within the time to drain.</returns>
    internal bool Stop() => _server.Stop();

    /// <summary>As <see cref="Stop"/>.</summary>
    public void Dispose() => Stop();

    private sealed class Session(MailServer server, Socket socket) : IServedConnection
    {
        private const int MostLineBytes = 64 << 10;

        private readonly InputBuffer _input = new(socket);

        public void Serve()
        {
            int now = server.Connections.Connections;
            for (int most = Volatile.Read(ref server._most); now > most && Interlocked.CompareExchange(ref server._most, now, most) != most; most = Volatile.Read(ref server._most)) { }
            try
            {
                socket.NoDelay = true;
                Answer("220 localhost");
                while (ReadLine() is { } line && Command(line)) { }
            }
            catch (SocketException)
            {
                // the client is gone
            }
        }

        public void EndReading() => DrainingServer.EndReceiving(socket);

        public void Dispose() => _input.Dispose();

        private bool Command(string line)
        {
            switch (line.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO":
                    Answer("250-localhost\r\n250-8BITMIME\r\n250 SMTPUTF8");
                    break;
                case "HELO" or "MAIL" or "RCPT" or "RSET" or "NOOP":
                    Answer("250 ok");
                    break;
                case "DATA":
                    Answer("354 go on");
                    while (ReadLine() is { } text && text != ".") { }
                    Interlocked.Increment(ref server._messages);
                    Answer("250 received");
                    break;
                case "STAT": // of this sample: what has been received, and how many connections there were at a time
                    Answer(string.Create(CultureInfo.InvariantCulture, $"250 {server.Messages} {Volatile.Read(ref server._most)}"));
                    break;
                case "QUIT":
                    Answer("221 bye");
                    return false;
                default:
                    Answer("500 unknown");
                    break;
            }
            return true;
        }

        private void Answer(string text)
        {
            Thread.Sleep(server._delay);
            socket.Send(Encoding.ASCII.GetBytes(text + "\r\n"));
        }

        private string? ReadLine()
        {
            int end;
            _input.BeginMessage();
            while ((end = _input.Unread.IndexOf("\r\n"u8)) < 0)
            {
                if (_input.Unread.Length > MostLineBytes) return null;
                _input.MakeRoom();
                if (!_input.Fill()) return null;
            }
            string line = Encoding.Latin1.GetString(_input.Unread[..end]);
            _input.Skip(end + 2);
            return line;
        }
    }
}
