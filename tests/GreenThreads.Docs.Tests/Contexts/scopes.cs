// docs/scopes.md: an order that is worked on, and a listener.
#pragma warning disable
using System.Net;
using System.Net.Sockets;
using GreenThreads;

record Quote(decimal Price);
record Offer(Quote Price, int Stock);

static class Fragment
{
    static string item = "";
    static byte[] goodbye = [];
    static Socket connection = null!;
    static TcpListener listener = null!;

    static Offer Run()
    {
// <code>
        return null!;
    }

    static Quote GetPrice(string item) => new(1);
    static int GetStock(string item) => 1;
    static void Serve(Socket connection) { }
}
