using System.Diagnostics;
using System.Globalization;
using GreenThreads;
using GreenThreads.Diagnostics;

namespace BlockingLibrary;

/// <summary>What one run came to.</summary>
/// <param name="Seconds">From the first start to the last end.</param>
/// <param name="Threads">OS threads of the process, at most.</param>
/// <param name="Bytes">Resident, at most.</param>
/// <param name="Failures">Sessions that failed.</param>
/// <param name="Pinned">Waits that blocked a carrier.</param>
internal sealed record RunResult(double Seconds, int Threads, long Bytes, int Failures, long Pinned)
{
    private const string Begin = "result ";

    /// <summary>Sends messages, all sessions at the same time.</summary>
    /// <param name="isGreen">On green threads, else on OS threads.</param>
    /// <param name="sessions">How many.</param>
    /// <param name="port">Of the server.</param>
    internal static RunResult Measure(bool isGreen, int sessions, int port)
    {
        Mailing.Send(port, 0); // compiles the code
        if (isGreen) GreenThread.Run(() => Mailing.Send(port, 0));
        int most = 0, failures = 0;
        bool isOver = false;
        var watch = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                most = Math.Max(most, (int)StatusField("Threads"));
                Thread.Sleep(20);
            }
        });
        watch.Start();
        long pinned = GreenThreadDiagnostics.Counters.PinnedWaits;
        var clock = Stopwatch.StartNew();
        using var begin = new ManualResetEventSlim();
        void Session(int number)
        {
            begin.Wait(); // until all have been started: then they go on at the same time
            try
            {
                Mailing.Send(port, number);
            }
            catch (Exception exception)
            {
                if (Interlocked.Increment(ref failures) == 1) Console.Error.WriteLine(exception);
            }
        }
        if (isGreen) OnGreenThreads(sessions, Session, begin.Set);
        else OnOsThreads(sessions, Session, begin.Set);
        double seconds = clock.Elapsed.TotalSeconds;
        Volatile.Write(ref isOver, true);
        watch.Join();
        return new RunResult(seconds, most, StatusField("VmHWM") * 1024, failures, GreenThreadDiagnostics.Counters.PinnedWaits - pinned);
    }

    /// <summary>As a line, for the process that started this one.</summary>
    internal string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Begin}{Seconds:R} {Threads} {Bytes} {Failures} {Pinned}");

    /// <summary>Reads such a line.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal static RunResult Parse(string output)
    {
        string line = output.Split('\n').LastOrDefault(line => line.StartsWith(Begin, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"A run printed no result: {output}");
        string[] words = line[Begin.Length..].Split(' ');
        CultureInfo culture = CultureInfo.InvariantCulture;
        return new RunResult(double.Parse(words[0], culture), int.Parse(words[1], culture), long.Parse(words[2], culture), int.Parse(words[3], culture), long.Parse(words[4], culture));
    }

    private static void OnGreenThreads(int sessions, Action<int> session, Action begin)
    {
        using var scope = new GreenScope();
        for (int i = 1; i <= sessions; i++)
        {
            int number = i;
            scope.Start(() => session(number));
        }
        begin();
    }

    private static void OnOsThreads(int sessions, Action<int> session, Action begin)
    {
        Thread[] threads = [.. Enumerable.Range(1, sessions).Select(number => new Thread(() => session(number)))];
        foreach (Thread thread in threads) thread.Start();
        begin();
        foreach (Thread thread in threads) thread.Join();
    }

    // Of this process; 0 where there is no /proc.
    private static long StatusField(string name)
    {
        if (!File.Exists("/proc/self/status")) return 0;
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line[(name.Length + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[0], CultureInfo.InvariantCulture);
    }
}
