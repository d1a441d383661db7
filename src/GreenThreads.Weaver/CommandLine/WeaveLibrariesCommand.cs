using System.CommandLine;
using GreenThreads.Weaver.Libraries;
using GreenThreads.Weaver.Metadata;

namespace GreenThreads.Weaver.CommandLine;

/// <summary><c>weave-libraries</c>: copies of referenced assemblies, for the output folder.</summary>
internal static class WeaveLibrariesCommand
{
    public static Command Create()
    {
        var input = new Option<string[]>("--library") { Description = "An assembly to weave; repeatable.", Required = true };
        var output = new Option<string[]>("--output") { Description = "Where its woven copy goes; one for each.", Required = true };
        var key = new Option<string[]>("--key") { Description = "The key pair to sign it with, or '-' for none; one for each, or none at all." };
        var reference = new Option<string[]>("--reference") { Description = "A referenced assembly; repeatable." };
        var report = new Option<string?>("--report") { Description = "The form of the reports beside the outputs: txt, json or csv." };
        var twins = new Option<string[]>("--twins") { Description = "An assembly whose blocking calls become waits for their asynchronous twins, by name; repeatable." };
        var chaos = new Option<bool>("--chaos") { Description = "Add the hooks with which tests force suspensions." };
        var command = new Command("weave-libraries", "Weaves copies of libraries, each after those that it refers to.")
        {
            input, output, key, reference, report, twins, chaos,
        };
        command.Validators.Add(result =>
        {
            int count = result.GetValue(input)?.Length ?? 0;
            if (result.GetValue(output)?.Length != count) result.AddError("There must be one --output for each --library.");
            if (result.GetValue(key) is { Length: > 0 } keys && keys.Length != count) result.AddError("There must be one --key for each --library.");
        });
        command.SetAction(result =>
        {
            string[] outputs = result.GetRequiredValue(output);
            string[] keys = result.GetValue(key) ?? [];
            Library[] libraries =
            [
                .. result.GetRequiredValue(input).Select((file, i) => new Library(file, outputs[i], keys.Length == 0 || keys[i] == "-" ? null : keys[i])),
            ];
            using var resolver = new ReferenceResolver(result.GetValue(reference) ?? []);
            var set = new LibrarySetWeaver(libraries, resolver)
            {
                ReportExtension = result.GetValue(report),
                Twins = result.GetValue(twins) ?? [],
                Chaos = result.GetValue(chaos),
            };
            return set.Weave(Console.Out) ? 0 : 1;
        });
        return command;
    }
}
