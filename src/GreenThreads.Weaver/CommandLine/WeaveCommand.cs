using System.CommandLine;
using GreenThreads.Weaver.Diagnostics;
using GreenThreads.Weaver.Metadata;

namespace GreenThreads.Weaver.CommandLine;

/// <summary><c>weave</c>: one assembly of the user's own.</summary>
internal static class WeaveCommand
{
    public static Command Create()
    {
        var input = new Argument<string>("input") { Description = "The assembly to weave: the compiler's output." };
        var output = new Option<string>("--output") { Description = "Where the woven assembly goes.", Required = true };
        var reference = new Option<string[]>("--reference") { Description = "A referenced assembly; repeatable." };
        var key = new Option<string?>("--key") { Description = "The key pair (.snk) to sign with." };
        var report = new Option<string?>("--report") { Description = "Where to write which methods were woven and what pins: text, .json or .csv." };
        var twins = new Option<string[]>("--twins") { Description = "An assembly whose blocking calls become waits for their asynchronous twins, by name; repeatable." };
        var chaos = new Option<bool>("--chaos") { Description = "Add the hooks with which tests force suspensions." };
        var configuration = new Option<string[]>("--editorconfig") { Description = "A file that sets severities of messages; repeatable." };
        var pathMap = new Option<string?>("--path-map") { Description = "The compiler's path map." };
        var command = new Command("weave", "Weaves one assembly.") { input, output, reference, key, report, twins, chaos, configuration, pathMap };
        command.SetAction(result =>
        {
            var diagnostics = new DiagnosticSink(Console.Out, new Severities(result.GetValue(configuration) ?? [], result.GetValue(pathMap)));
            var options = new WeaveOptions
            {
                Input = result.GetRequiredValue(input),
                Output = result.GetRequiredValue(output),
                KeyFile = result.GetValue(key),
                ReportFile = result.GetValue(report),
                Twins = result.GetValue(twins) ?? [],
                Chaos = result.GetValue(chaos),
            };
            using var resolver = new ReferenceResolver(result.GetValue(reference) ?? []);
            if (new AssemblyWeaver(options, resolver, diagnostics).Weave() is not { } summary) return 1;
            Console.WriteLine($"GreenThreads: {summary}");
            return 0;
        });
        return command;
    }
}
