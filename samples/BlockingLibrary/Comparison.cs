using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Samples.Common;
using Spectre.Console;

namespace BlockingLibrary;

/// <summary>Runs the same sessions on OS threads and on green threads, each in a process of its own, against a server in another one.</summary>
internal static class Comparison
{
    private static readonly (string Name, string Mode)[] s_sides = [("OS threads", "os"), ("green threads", "green")];

    /// <summary>Measures and prints a table.</summary>
    /// <param name="sessions">At the same time.</param>
    /// <param name="delayMs">Of the server's answers.</param>
    /// <param name="rounds">How often each is measured.</param>
    /// <returns>The exit code: 1 if sessions failed.</returns>
    internal static int Run(int sessions, int delayMs, int rounds)
    {
        if (OpenFiles.Forbid(sessions) is { } problem)
        {
            Console.Error.WriteLine(problem);
            return 1;
        }
        CultureInfo culture = CultureInfo.InvariantCulture;
        try
        {
            using ChildServer server = ChildServer.StartSelf([], "server", "--delay", delayMs.ToString(culture));
            var results = s_sides.ToDictionary(side => side.Mode, _ => new List<RunResult>());
            for (int round = 0; round < rounds; round++)
            {
                foreach ((_, string mode) in s_sides)
                {
                    results[mode].Add(RunResult.Parse(ExternalProgram.RunSelf(
                        "run", "--mode", mode, "--sessions", sessions.ToString(culture), "--port", server.Port.ToString(culture))));
                }
            }
            int expected = s_sides.Sum(side => results[side.Mode].Sum(result => sessions - result.Failures + (side.Mode == "green" ? 2 : 1)));
            (int received, int most) = Ask(server.Port);
            Print(results, sessions, delayMs);
            Console.WriteLine(string.Create(culture, $"The server has received {received:N0} messages, over up to {most:N0} connections at the same time."));
            if (received != expected) Console.Error.WriteLine($"{expected:N0} messages were sent.");
            return received == expected && results.Values.All(runs => runs.All(run => run.Failures == 0)) ? 0 : 1;
        }
        catch (InvalidOperationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    private static void Print(Dictionary<string, List<RunResult>> results, int sessions, int delayMs)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        var table = new Table().Border(TableBorder.Rounded).AddColumn(string.Create(culture, $"{sessions:N0} sessions, answers after {delayMs} ms"));
        foreach (string column in (string[])["seconds", "OS threads", "resident MB", "failed", "pinned waits"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach ((string name, string mode) in s_sides)
        {
            RunResult median = results[mode].OrderBy(run => run.Seconds).ElementAt(results[mode].Count / 2);
            table.AddRow(name, median.Seconds.ToString("0.00", culture), median.Threads.ToString("N0", culture), (median.Bytes / 1e6).ToString("N0", culture),
                median.Failures.ToString("N0", culture), median.Pinned.ToString("N0", culture));
        }
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 120;
        AnsiConsole.Write(table);
    }

    private static (int Messages, int Most) Ask(int port)
    {
        using var client = new TcpClient("127.0.0.1", port);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        reader.ReadLine();
        client.Client.Send("STAT\r\n"u8);
        string[] words = reader.ReadLine()!.Split(' ');
        return (int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture));
    }
}
