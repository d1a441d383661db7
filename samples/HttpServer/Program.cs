using System.CommandLine;
using System.Net;
using GreenThreads;
using HttpServer;
using HttpServer.Compare;
using HttpServer.Http;
using Samples.Common;

Option<string> address = CommonOptions.Address();
Option<int> port = CommonOptions.Port(8080);
Option<int> most = CommonOptions.MaxConnections();
Option<int> connections = CommonOptions.Number("--connections", "Connections of wrk.", 1000, 2, 100_000);
Option<int> rounds = CommonOptions.Number("--rounds", "How often each server is measured.", 3, 1, 1000);
Option<int> seconds = CommonOptions.Number("--seconds", "Length of a measurement.", 10, 1, 3600);
Option<int> pipeline = CommonOptions.Number("--pipeline", "Requests that are sent at once on a connection.", 1, 1, 64);

var serve = new Command("serve", "Serves until Ctrl+C (the default).") { address, port, most };
serve.SetAction(parsed => Serve(parsed.EndPoint(address, port), parsed.GetValue(most)));
var compare = new Command("compare", "Measures this server and Kestrel alternately with wrk.") { connections, rounds, seconds, pipeline };
compare.SetAction(parsed => Comparison.Run(parsed.GetValue(connections), parsed.GetValue(rounds), parsed.GetValue(seconds), parsed.GetValue(pipeline)));
var kestrel = new Command("kestrel", "The other server of the comparison.") { Hidden = true };
kestrel.SetAction(_ => Kestrel.Run());
return new RootCommand("An HTTP/1.1 server in blocking style: a green thread for each connection.") { serve, compare, kestrel }.Run("serve", args);

static int Serve(IPEndPoint endPoint, int most) => ServerProgram.Run("The HTTP server", endPoint, listener =>
{
    var server = new WebServer(listener, Site.Serve, options: new GreenServerOptions { MaxConnections = most, Name = "http" });
    ServerProgram.ReportErrors(server.Connections);
    server.HandlerFailed += exception => Console.Error.WriteLine($"A handler failed: {exception}");
    return server.Stop;
});
