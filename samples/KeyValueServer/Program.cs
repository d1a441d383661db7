using System.CommandLine;
using System.Net;
using GreenThreads;
using KeyValueServer;
using KeyValueServer.Compare;
using Samples.Common;

Option<string> address = CommonOptions.Address();
Option<int> port = CommonOptions.Port(6379);
Option<int> most = CommonOptions.MaxConnections();
Option<int> connections = CommonOptions.Number("--connections", "Connections of redis-benchmark.", 1000, 1, 100_000);
Option<int> rounds = CommonOptions.Number("--rounds", "How often each server is measured.", 3, 1, 1000);
Option<int> requests = CommonOptions.Number("--requests", "Requests of a measurement, in units of 1,000; 8 times as many where 16 are sent at once.", 200, 1, 1_000_000);

var serve = new Command("serve", "Serves until Ctrl+C (the default).") { address, port, most };
serve.SetAction(parsed => Serve(parsed.EndPoint(address, port), parsed.GetValue(most)));
var compare = new Command("compare", "Measures this server and redis-server alternately with redis-benchmark.") { connections, rounds, requests };
compare.SetAction(parsed => Comparison.Run(parsed.GetValue(connections), parsed.GetValue(rounds), parsed.GetValue(requests) * 1000));
return new RootCommand("A key-value server that speaks the protocol of Redis: a green thread for each client.") { serve, compare }.Run("serve", args);

static int Serve(IPEndPoint endPoint, int most) => ServerProgram.Run("The key-value server", endPoint, listener =>
{
    var database = new Database(listener, new GreenServerOptions { MaxConnections = most, Name = "client" });
    ServerProgram.ReportErrors(database.Clients);
    return database.Stop;
});
