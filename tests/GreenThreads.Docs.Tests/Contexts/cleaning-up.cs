// docs/scopes.md: the end of a method that has a connection.
#pragma warning disable
using System.Net.Sockets;
using GreenThreads;

static class Fragment
{
    static void Run(Socket connection, byte[] goodbye)
    {
        try
        {
            connection.Receive(goodbye);
        }
// <code>
    }
}
