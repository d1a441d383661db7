using System.CommandLine;
using System.Net.Sockets;
using GreenThreads;
using Samples.Common;

Option<string> address = CommonOptions.Address();
Option<int> port = CommonOptions.Port(7000);
Option<int> most = CommonOptions.MaxConnections();
var serve = new Command("serve", "Serves until Ctrl+C (the default).") { address, port, most };
serve.SetAction(parsed => ServerProgram.Run("The echo server", parsed.EndPoint(address, port), listener =>
{
    var server = new GreenServer(listener, Serve, new GreenServerOptions
    {
        MaxConnections = parsed.GetValue(most),
        DrainTimeout = TimeSpan.FromSeconds(5), // who is still connected then is cut off
        Name = "echo",
    });
    ServerProgram.ReportErrors(server);
    return server.Stop;
}));
return new RootCommand("Sends back what it receives: a green thread for each connection.") { serve }.Run("serve", args);

// As it was when `new Thread(() => Serve(socket)).Start()` ran it.
static void Serve(Socket socket)
{
    byte[] buffer = new byte[512];
    for (int count; (count = socket.Receive(buffer)) > 0;) socket.Send(buffer, count, SocketFlags.None);
}
