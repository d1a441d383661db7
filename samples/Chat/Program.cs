using System.CommandLine;
using Chat;
using GreenThreads;
using Samples.Common;

Option<string> address = CommonOptions.Address();
Option<int> port = CommonOptions.Port(7001);
Option<int> most = CommonOptions.MaxConnections();
var serve = new Command("serve", "Serves until Ctrl+C (the default).") { address, port, most };
serve.SetAction(parsed => ServerProgram.Run("The chat server", parsed.EndPoint(address, port), listener =>
{
    var hall = new Hall(listener, new GreenServerOptions { MaxConnections = parsed.GetValue(most), DrainTimeout = TimeSpan.FromSeconds(10), Name = "chat" });
    ServerProgram.ReportErrors(hall.Connections);
    return hall.Stop;
}));
return new RootCommand("A chat server with rooms: green threads and channels.") { serve }.Run("serve", args);
