using System.Diagnostics;

namespace GreenThreads.Bench;

/// <summary>This program, to be run again in a process of its own.</summary>
internal static class Itself
{
    /// <summary>The program and its arguments.</summary>
    internal static string[] CommandLine(params string[] arguments)
    {
        string program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, typeof(Itself).Assembly.Location, .. arguments] : [program, .. arguments];
    }

    /// <summary>How to start it.</summary>
    internal static ProcessStartInfo StartInfo(params string[] arguments)
    {
        string[] command = CommandLine(arguments);
        return new ProcessStartInfo(command[0], command[1..]);
    }
}
