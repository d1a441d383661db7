// protocol: lines
using System.Net;
using System.Net.Sockets;
using System.Text;

var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
server.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(args[0])));
server.Listen(8192);
Console.WriteLine("ready");
var sessions = new List<Session>();
while (true)
{
    Socket socket = server.Accept();
    lock (sessions) sessions.Add(new Session(socket));
}

sealed class Session
{
    private readonly Socket _socket;

    public Session(Socket socket)
    {
        _socket = socket;
        new Thread(Loop) { IsBackground = true, Name = "session" }.Start(); // GT2001
    }

    private void Loop()
    {
        byte[] buffer = new byte[128];
        while (true)
        {
            int received = _socket.Receive(buffer);
            if (received == 0) break;
            _socket.Send(buffer, received, SocketFlags.None);
        }
        _socket.Dispose();
    }
}
