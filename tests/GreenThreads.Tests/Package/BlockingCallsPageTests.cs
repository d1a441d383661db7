using System.Reflection;
using System.Text;

namespace GreenThreads.Tests.Package;

/// <summary>docs/blocking-calls.md is what the tables of substitutes and twins come to on this framework.</summary>
public class BlockingCallsPageTests
{
    [Theory]
    [InlineData("docs/blocking-calls.md", "")]
    [InlineData("src/GreenThreads.Analyzers/BlockingCalls/BlockingCalls.txt", "--data")]
    public void The_page_and_the_data_of_the_analyzers_are_up_to_date_and_every_twin_is_still_there(string file, string option)
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string arguments = Path.GetTempFileName();
        try
        {
            var lines = new StringBuilder();
            foreach (string assembly in Directory.GetFiles(framework, "*.dll").Append(typeof(GreenThread).Assembly.Location))
                lines.AppendLine("--reference").AppendLine(assembly);
            if (option.Length > 0) lines.AppendLine(option);
            File.WriteAllText(arguments, lines.ToString());
            CommandResult result = new DotnetCommand(Repository.Root).Run(
                "exec", Assembly.Load("GreenThreads.Weaver").Location, "blocking-calls", $"@{arguments}").Succeeded();
            string page = File.ReadAllText(Path.Combine(Repository.Root, file));
            Assert.True(page.Trim() == result.Output.Trim(), $"{file} is out of date: run eng/update-blocking-calls and look at the difference.");
        }
        finally
        {
            File.Delete(arguments);
        }
    }
}
