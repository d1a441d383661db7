using System.CommandLine;
using System.Net;
using BlockingLibrary;
using Samples.Common;

Option<int> sessions = CommonOptions.Number("--sessions", "Sessions at the same time.", 2000, 1, 100_000);
Option<int> delay = CommonOptions.Number("--delay", "Milliseconds before each answer of the server.", 50, 0, 60_000);
Option<int> rounds = CommonOptions.Number("--rounds", "How often each is measured.", 3, 1, 1000);
Option<int> port = CommonOptions.Port(0);
Option<string> mode = new Option<string>("--mode") { Description = "On what the sessions run.", DefaultValueFactory = _ => "green" }.AcceptOnlyFromAmong("os", "green");

var compare = new Command("compare", "Sends mails over many sessions, on OS threads and on green threads (the default).") { sessions, delay, rounds };
compare.SetAction(parsed => Comparison.Run(parsed.GetValue(sessions), parsed.GetValue(delay), parsed.GetValue(rounds)));
var server = new Command("server", "The mail server alone.") { delay, port };
server.SetAction(parsed => ServerProgram.Run("The mail server", new IPEndPoint(IPAddress.Loopback, parsed.GetValue(port)), listener =>
{
    var server = new MailServer(listener, TimeSpan.FromMilliseconds(parsed.GetValue(delay)));
    ServerProgram.ReportErrors(server.Connections);
    return server.Stop;
}));
var run = new Command("run", "One run against a server.") { mode, sessions, port };
run.Hidden = true;
run.SetAction(parsed =>
{
    Console.WriteLine(RunResult.Measure(parsed.GetValue(mode) == "green", parsed.GetValue(sessions), parsed.GetValue(port)).ToLine());
    return 0;
});
return new RootCommand("Mails with MailKit's blocking members: the library is woven, and 2,000 sessions need no 2,000 OS threads.") { compare, server, run }.Run("compare", args);
