using System.CommandLine;
using GreenThreads.Weaver;
using GreenThreads.Weaver.Diagnostics;
using GreenThreads.Weaver.Reference;

var input = new Argument<string>("input") { Description = "The assembly to weave: the compiler's output." };
var output = new Option<string>("--output") { Description = "Where the woven assembly goes.", Required = true };
var reference = new Option<string[]>("--reference") { Description = "A referenced assembly; repeatable." };
var key = new Option<string?>("--key") { Description = "The key pair (.snk) to sign with." };
var report = new Option<string?>("--report") { Description = "Where to write which methods were woven and what pins." };
var twins = new Option<string[]>("--twins") { Description = "An assembly whose blocking calls become waits for their asynchronous twins, by name; repeatable." };
var chaos = new Option<bool>("--chaos") { Description = "Add the hooks with which tests force suspensions." };

var weave = new Command("weave", "Weaves one assembly.") { input, output, reference, key, report, twins, chaos };
weave.SetAction(result =>
{
    var diagnostics = new DiagnosticSink(Console.Out);
    new AssemblyWeaver(
        new WeaveOptions
        {
            Input = result.GetRequiredValue(input),
            Output = result.GetRequiredValue(output),
            References = result.GetValue(reference) ?? [],
            KeyFile = result.GetValue(key),
            ReportFile = result.GetValue(report),
            Twins = result.GetValue(twins) ?? [],
            Chaos = result.GetValue(chaos),
        },
        diagnostics).Weave();
    return diagnostics.HasErrors ? 1 : 0;
});

var page = new Command("blocking-calls", "Prints which blocking calls are replaced in woven code, and how, as Markdown.") { reference };
page.SetAction(result => BlockingCallsPage.Write(result.GetValue(reference) ?? [], Console.Out, Console.Error) ? 0 : 1);

// One argument per line, as the build writes it: a line is not split, so a path may have spaces.
var parsing = new ParserConfiguration
{
    ResponseFileTokenReplacer = static (string file, out IReadOnlyList<string>? lines, out string? error) =>
    {
        (lines, error) = File.Exists(file) ? (File.ReadAllLines(file), (string?)null) : (null, $"the response file {file} does not exist");
        return error is null;
    },
};
var root = new RootCommand("Weaves assemblies for GreenThreads: methods that may wait can then be suspended.") { weave, page };
return root.Parse(args, parsing).Invoke();
