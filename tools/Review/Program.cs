using System.CommandLine;
using GreenThreads.Review;

var target = new Argument<string>("target") { Description = "A solution (.sln, .slnx), a project (.csproj), a folder or a .cs file." };
var sarif = new Option<FileInfo?>("--sarif") { Description = "Write the findings to this file as SARIF 2.1.0." };
var html = new Option<FileInfo?>("--html") { Description = "Write the report to this file as a page." };
var fix = new Option<bool>("--fix") { Description = "Convert what can be converted, in the files." };
var noPins = new Option<bool>("--no-pins") { Description = "Do not compile and weave to find out what pins." };
var failOn = new Option<FailOn>("--fail-on") { Description = "Exit with 1 on findings of this severity or above.", DefaultValueFactory = _ => FailOn.None };

var root = new RootCommand("Says what of a solution should run on green threads, what surprises there, what pins and why.") { target, sarif, html, fix, noPins, failOn };
root.SetAction((result, cancellation) => ReviewCommand.RunAsync(
    new ReviewOptions(result.GetRequiredValue(target), result.GetValue(sarif)?.FullName, result.GetValue(html)?.FullName, result.GetValue(fix), !result.GetValue(noPins), result.GetValue(failOn)),
    cancellation));
return await root.Parse(args).InvokeAsync();
