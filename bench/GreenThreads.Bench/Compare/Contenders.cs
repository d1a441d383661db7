using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace GreenThreads.Bench.Compare;

/// <summary>Finds the systems to compare; builds the peers in other languages from <c>bench/peers</c>.</summary>
[NotWoven]
internal static class Contenders
{
    private const int OldestJava = 21;

    /// <summary>All of them, those that cannot be run here included.</summary>
    /// <param name="folder">Where built peers go.</param>
    internal static Contender[] Find(string folder)
    {
        string runtime = RuntimeInformation.FrameworkDescription;
        return
        [
            new("GreenThreads", Itself.CommandLine("work", "green"), runtime),
            new("Task", Itself.CommandLine("work", "task"), runtime),
            new("OS threads", Itself.CommandLine("work", "os"), runtime),
            FindGo(folder),
            FindJava(folder),
        ];
    }

    private static Contender FindGo(string folder)
    {
        const string Name = "Go";
        if (Output("go", "version") is not { } version) return new(Name, [], "not installed: apt-get install golang-go");
        if (Sources("go") is not { } sources) return new(Name, [], "bench/peers/go is not here");
        string program = Path.Combine(folder, "go-peer");
        return Execute("go", sources, "build", "-o", program, ".") is { } error
            ? new(Name, [], $"does not build: {error}")
            : new(Name, [program], version.Trim());
    }

    private static Contender FindJava(string folder)
    {
        const string Name = "Java";
        const string Install = "virtual threads need Java 21 or later: apt-get install openjdk-25-jdk-headless (Debian 13: openjdk-21-jdk-headless)";
        if (Output("javac", "-version") is not { } version) return new(Name, [], $"no compiler; {Install}");
        string number = version.Replace("javac", "", StringComparison.Ordinal).Trim();
        if (!int.TryParse(number.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major) || major < OldestJava)
            return new(Name, [], $"version {number} here; {Install}");
        if (Sources("java") is not { } sources) return new(Name, [], "bench/peers/java is not here");
        return Execute("javac", sources, "-d", folder, "Peer.java") is { } error
            ? new(Name, [], $"does not build: {error}")
            : new(Name, ["java", "-cp", folder, "Peer"], $"Java {number}");
    }

    private static string? Sources(string language)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string sources = Path.Combine(folder.FullName, "bench", "peers", language);
            if (Directory.Exists(sources)) return sources;
        }
        return null;
    }

    private static string? Output(string program, string argument)
    {
        try
        {
            var start = new ProcessStartInfo(program, argument) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // no such program
        }
    }

    private static string? Execute(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : errors.Trim();
    }
}
