namespace GreenThreads.Tests.Package;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote, standard output and standard error as they came.</param>
internal sealed record CommandResult(int ExitCode, string Output)
{
    /// <summary>Fails the test, with the output, unless the command succeeded.</summary>
    internal CommandResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}{Environment.NewLine}{Output}");
        return this;
    }

    /// <summary>Fails the test, with the output, unless the command failed.</summary>
    internal CommandResult Failed()
    {
        Assert.True(ExitCode != 0, $"exit code 0, a failure was expected{Environment.NewLine}{Output}");
        return this;
    }
}
