using System.Diagnostics;
using System.Text;

namespace GreenThreads.Tests.Package;

/// <summary>Runs the <c>dotnet</c> command as a user would in a fresh shell.</summary>
/// <param name="workingFolder">Where it runs.</param>
/// <param name="packagesFolder">The folder of restored packages, or null for the user's own.</param>
internal sealed class DotnetCommand(string workingFolder, string? packagesFolder = null)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    // What the test platform and MSBuild hand to their children would change how these builds behave.
    private static readonly string[] s_inheritedPrefixes = ["MSBUILD", "GREENTHREADS_", "TESTINGPLATFORM_", "DOTNET_CLI_", "NUGET_"];

    /// <summary>Runs a build command (build, pack, clean, publish); leaves no build server behind.</summary>
    internal CommandResult Build(params string[] arguments) =>
        Run([.. arguments, "-nologo", "-v:quiet", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-tl:off"]);

    /// <summary>Runs <c>dotnet</c> with these arguments.</summary>
    /// <exception cref="TimeoutException">It did not end; it has been killed.</exception>
    internal CommandResult Run(params string[] arguments) =>
        Execute(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", arguments);

    /// <summary>Runs a program.</summary>
    /// <exception cref="TimeoutException">It did not end; it has been killed.</exception>
    internal CommandResult Execute(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in start.Environment.Keys.ToArray())
        {
            if (s_inheritedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))) start.Environment.Remove(name);
        }
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        if (packagesFolder is not null) start.Environment["NUGET_PACKAGES"] = packagesFolder;

        var output = new StringBuilder();
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(s_limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{file} {string.Join(' ', arguments)} did not end within {s_limit}.{Environment.NewLine}{output}");
        }
        process.WaitForExit();
        lock (output) return new CommandResult(process.ExitCode, output.ToString());
    }

    private static void Append(StringBuilder output, string? line)
    {
        if (line is null) return;
        lock (output) output.AppendLine(line);
    }
}
