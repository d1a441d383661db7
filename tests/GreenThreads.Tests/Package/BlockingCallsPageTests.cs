using System.Reflection;
using System.Text;

namespace GreenThreads.Tests.Package;

/// <summary>docs/blocking-calls.md is what the tables of substitutes and twins come to on this framework.</summary>
public class BlockingCallsPageTests
{
    [Fact]
    public void The_page_is_up_to_date_and_every_twin_is_still_there()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string arguments = Path.GetTempFileName();
        try
        {
            var lines = new StringBuilder();
            foreach (string file in Directory.GetFiles(framework, "*.dll").Append(typeof(GreenThread).Assembly.Location))
                lines.AppendLine("--reference").AppendLine(file);
            File.WriteAllText(arguments, lines.ToString());
            CommandResult result = new DotnetCommand(Repository.Root).Run(
                "exec", Assembly.Load("GreenThreads.Weaver").Location, "blocking-calls", $"@{arguments}").Succeeded();
            string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "blocking-calls.md"));
            Assert.True(page.Trim() == result.Output.Trim(), "docs/blocking-calls.md is out of date: run eng/update-blocking-calls and look at the difference.");
        }
        finally
        {
            File.Delete(arguments);
        }
    }
}
