using System.Diagnostics;

namespace GreenThreads.Data.Tests;

/// <summary>Starts programs that tests need, as an unprivileged user where they insist on one.</summary>
internal static class ServerProcess
{
    /// <summary>Where a program is: on the path or in one of the folders; null where it is not installed.</summary>
    internal static string? Find(string name, params IEnumerable<string> folders) =>
        folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it printed.</exception>
    internal static void Run(string user, string file, params string[] arguments)
    {
        using Process process = Process.Start(StartInfo(user, file, arguments))!;
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} failed: {output}");
    }

    /// <summary>How to start a program as a user; as oneself where one is not root.</summary>
    internal static ProcessStartInfo StartInfo(string user, string file, params string[] arguments)
    {
        bool switches = Environment.UserName == "root" && user != "root";
        return new ProcessStartInfo(switches ? "runuser" : file, switches ? ["-u", user, "--", file, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
    }
}
