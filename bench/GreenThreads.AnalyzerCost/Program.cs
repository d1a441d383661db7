using System.CommandLine;
using GreenThreads.AnalyzerCost;

var packages = new Argument<string[]>("packages")
{
    Description = "Libraries as PACKAGE/VERSION[/ASSEMBLY]; each is decompiled to a project and built.",
    DefaultValueFactory = _ => ["BouncyCastle.Cryptography/2.7.0", "Lucene.Net/4.8.0-beta00017", "StackExchange.Redis/3.4.35"],
};
var rounds = new Option<int>("--rounds") { Description = "How often each is built without and with the analyzers, in turn; 0: not at all, only the reports.", DefaultValueFactory = _ => 5 };
var folder = new Option<DirectoryInfo>("--folder")
{
    Description = "Where the projects are made; those that are there already are taken as they are.",
    DefaultValueFactory = _ => new DirectoryInfo(Path.Combine(Path.GetTempPath(), "greenthreads-analyzer-cost")),
};
var alone = new Option<bool>("--alone") { Description = "Build without the analyzers of the SDK, so that these are compared with none at all." };
var reports = new Option<bool>("--reports") { Description = "Print every report with its line instead of their number." };

var root = new RootCommand("Builds large code bases without and with the analyzers and prints what they cost and report.") { packages, rounds, folder, alone, reports };
root.SetAction(async (result, cancellation) =>
{
    Table.Head();
    foreach (string package in result.GetRequiredValue(packages))
    {
        CodeBase code = await CodeBase.MakeAsync(package, result.GetRequiredValue(folder).FullName, cancellation);
        Reports found = await Reports.OfAsync(code, cancellation);
        if (result.GetValue(rounds) is > 0 and var count) Table.Row(code, BuildTimes.Measure(code, count, result.GetValue(alone)), found);
        if (result.GetValue(reports)) found.Print();
    }
});
return await root.Parse(args).InvokeAsync();
