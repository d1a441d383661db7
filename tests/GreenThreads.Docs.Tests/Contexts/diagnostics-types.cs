// docs/diagnostics: whole types that download.
#pragma warning disable
using System.Net.Sockets;
using GreenThreads;
using static Site;

// <code>

static class Site
{
    public static string Download() => new HttpClient().GetStringAsync("http://localhost").Result;
}
