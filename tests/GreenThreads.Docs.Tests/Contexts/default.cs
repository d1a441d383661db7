// What fragments without a comment take for granted: the things that the pages talk about all the time.
#pragma warning disable
using System.Net;
using System.Net.Sockets;
using GreenThreads;
using GreenThreads.Diagnostics;

static class Fragment
{
    static TcpListener listener = null!;
    static TcpClient client = null!;
    static Socket socket = null!;
    static NetworkStream stream = null!;
    static byte[] buffer = null!;
    static CancellationToken token;

    static void Run()
    {
// <code>
    }

    static void Serve(TcpClient client) { }
    static void Serve(Socket connection) { }
}
