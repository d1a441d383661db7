// docs/deployment.md: a server that is told to stop.
#pragma warning disable
using System.Net;
using System.Net.Sockets;
using GreenThreads;

static class Fragment
{
    static void Run(ManualResetEventSlim stop)
    {
// <code>
    }

    static void Serve(Socket connection) { }
}
