using System.CommandLine;
using GreenThreads.Weaver.Reference;

namespace GreenThreads.Weaver.CommandLine;

/// <summary><c>blocking-calls</c>: the page of what is replaced in woven code.</summary>
internal static class BlockingCallsCommand
{
    public static Command Create()
    {
        var reference = new Option<string[]>("--reference") { Description = "A referenced assembly; repeatable." };
        var data = new Option<bool>("--data") { Description = "Print a line for each member, for the analyzers, instead of the page." };
        var command = new Command("blocking-calls", "Prints which blocking calls are replaced in woven code, and how, as Markdown.") { reference, data };
        command.SetAction(result => BlockingCallsPage.Write(result.GetValue(reference) ?? [], Console.Out, Console.Error, result.GetValue(data)) ? 0 : 1);
        return command;
    }
}
