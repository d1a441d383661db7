// docs/converting.md: members of a server that is converted.
#pragma warning disable
using System.Net;
using System.Net.Sockets;
using GreenThreads;

static class Fragment
{
    static TcpListener listener = new(IPAddress.Loopback, 0);
    static TimeSpan patience = TimeSpan.FromSeconds(30);
    static Database database = new();

    static void Run()
    {
// <code>
    }

    static void Serve(TcpClient client) { }
    static void Serve(Socket connection) { }
    static Request Read(Socket connection) => new();
    static void Answer(Socket connection, object answer) { }
}

class Request;
class Database { public object Query(Request request) => request; }
