// docs/diagnostics: the handler of a try block that sends.
#pragma warning disable
using System.Net.Sockets;
using GreenThreads;

class Fragment(Socket socket)
{
    void Run(byte[] message)
    {
        try
        {
            Send(message);
        }
// <code>
    }

    void Send(byte[] message) => socket.Send(message);
    bool Reconnect() { socket.Connect("localhost", 7000); return true; }
}
