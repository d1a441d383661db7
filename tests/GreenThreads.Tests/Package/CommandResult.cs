namespace GreenThreads.Tests.Package;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote, standard output and standard error as they came.</param>
internal sealed record CommandResult(int ExitCode, string Output)
{
    /// <summary>Whether packages could not be had: not known at the source, or no way to it.</summary>
    internal bool LacksPackages => s_lacking.Any(code => Output.Contains(code, StringComparison.Ordinal));

    private static readonly string[] s_lacking = ["error NU1101", "error NU1102", "error NU1301"];

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
