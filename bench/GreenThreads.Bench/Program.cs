using System.Diagnostics;
using GreenThreads.Bench;
using GreenThreads.Bench.Compare;
using GreenThreads.Bench.Servers;
using GreenThreads.Bench.Soak;
using GreenThreads.Bench.Weaving;

switch (args)
{
    case ["compare", .. string[] rest]: return CompareCommand.Run(rest);
    case ["soak", .. string[] rest]: return SoakCommand.Run(rest);
    case ["data", .. string[] rest]: return DataCommand.Run(rest);
    case ["tls", .. string[] rest]: return TlsCommand.Run(rest);
    case ["work", .. string[] rest]: return WorkCommand.Run(rest);
}

// Each benchmark runs in a process of its own (the number of carriers is set before the first green thread starts).
var benchmarks = new Dictionary<string, Func<IEnumerable<Row>>>
{
    ["yield"] = YieldBench.Run,
    ["parked"] = ParkedBench.Run,
    ["call"] = CallBench.Run,
    ["weaver"] = WeaverBench.Run,
    ["exceptions"] = WeaverBench.RunExceptions,
    ["spawn"] = SpawnBench.Run,
    ["sleep"] = SleepBench.Run,
    ["echo"] = EchoBench.Run,
    ["weave-speed"] = WeaveSpeedBench.Run,
    ["lock"] = LockBench.Run,
    ["poll"] = PollBench.Run,
    ["channel"] = ChannelBench.Run,
    ["scope"] = ScopeBench.Run,
    ["losses"] = LossBench.Run,
};
bool json = args.Contains("--json");
bool inner = args.Contains("--inner");
string[] names = [.. args.Where(static argument => !argument.StartsWith('-'))];
if (names is ["all"]) names = [.. benchmarks.Keys];
string[] unknown = [.. names.Where(name => !benchmarks.ContainsKey(name))];
if (names.Length == 0 || unknown.Length > 0)
{
    if (unknown.Length > 0) Console.Error.WriteLine($"There is no benchmark '{string.Join("', '", unknown)}'.");
    Console.Error.WriteLine($"Usage: GreenThreads.Bench (all | {string.Join(" | ", benchmarks.Keys)})... [--json]");
    Console.Error.WriteLine($"       GreenThreads.Bench {CompareCommand.Usage}");
    Console.Error.WriteLine($"       GreenThreads.Bench {SoakCommand.Usage}");
    Console.Error.WriteLine($"       GreenThreads.Bench {DataCommand.Usage}");
    Console.Error.WriteLine($"       GreenThreads.Bench {TlsCommand.Usage}");
    return 1;
}
if (!json && !inner) Console.WriteLine(Row.TableHead);
if (names.Length == 1)
{
    foreach (Row row in benchmarks[names[0]]()) Console.WriteLine(json ? row.ToJsonLine() : row.ToTableLine());
    return 0;
}
foreach (string name in names)
{
    ProcessStartInfo start = Itself.StartInfo(name, "--inner");
    if (json) start.ArgumentList.Add("--json");
    using Process process = Process.Start(start)!;
    process.WaitForExit();
    if (process.ExitCode != 0) return process.ExitCode;
}
return 0;
