// docs/diagnostics: members of a class that downloads.
#pragma warning disable
using System.Net.Sockets;
using GreenThreads;

unsafe class Fragment
{
    Socket socket = null!;

// <code>

    static string Download() => new HttpClient().GetStringAsync("http://localhost").Result;
}
