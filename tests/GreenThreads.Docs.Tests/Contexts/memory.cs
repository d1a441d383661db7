// docs/memory.md: a connection that is mostly idle.
#pragma warning disable
using System.Buffers;
using System.Net.Sockets;
using GreenThreads;

static class Fragment
{
    static void Serve(Socket socket)
    {
// <code>
    }

    static void Answer(Socket socket, Memory<byte> request) { }
}
