using System.Diagnostics;

namespace GreenThreads.Bench;

/// <summary>What a section costs: alone, against the monitor of a plain thread, and with others who want the lock.</summary>
internal static class LockBench
{
    private const int Alone = 5_000_000;
    private const int WarmUpRounds = 3;
    private const int Rounds = 9;

    private static readonly object s_plain = new();

    // Its sections could wait, so that the weaver makes a GreenLock of it.
    private static readonly object s_green = new();
    private static readonly object s_stillPlain = new();
    private static readonly GreenLock s_lock = new();

    private static int s_counter;

    internal static IEnumerable<Row> Run()
    {
        var plain = new List<double>();
        var green = new List<double>();
        var ratio = new List<double>();
        for (int round = 0; round < WarmUpRounds + Rounds; round++)
        {
            double plainTime = OnPlainThread(() => PerSection(Alone, static () => MonitorSections(Alone)));
            double greenTime = GreenThread.Run(static () => PerSection(Alone, static () => GreenSections(Alone)));
            if (round < WarmUpRounds) continue;
            plain.Add(plainTime);
            green.Add(greenTime);
            ratio.Add(greenTime / plainTime);
        }
        yield return new Row("lock, uncontended, monitor of a plain thread", "ns per section", [.. plain]);
        yield return new Row("lock, uncontended, green", "ns per section", [.. green]);
        yield return new Row("lock, uncontended, green to plain", "times", [.. ratio], 1.5);
        foreach (int contenders in new[] { 2, 1000 })
        {
            int each = contenders == 2 ? 1_000_000 : 2_000;
            double? atMost = contenders == 2 ? null : 30;
            yield return Contended($"lock, {contenders:N0} contenders, green", contenders, each, atMost, GreenSections);
            yield return Contended($"lock, {contenders:N0} contenders, GreenLock", contenders, each, atMost, LockSections);
            yield return Contended($"lock, {contenders:N0} contenders, body without a wait", contenders, each, atMost, PlainSections);
        }
    }

    private static Row Contended(string name, int contenders, int each, double? atMost, Action<int> sections)
    {
        var rounds = new List<double>();
        for (int round = 0; round < WarmUpRounds + Rounds; round++)
        {
            s_counter = 0;
            double time = GreenThread.Run(() => PerSection(contenders * each, () => Contend(contenders, () => sections(each))));
            if (s_counter != contenders * each) throw new InvalidOperationException($"{name}: {s_counter} sections counted, {contenders * each} done.");
            if (round >= WarmUpRounds) rounds.Add(time);
        }
        return new Row(name, "ns per section", [.. rounds], atMost);
    }

    private static void Contend(int contenders, Action body)
    {
        var threads = new GreenThread[contenders];
        for (int i = 0; i < threads.Length; i++) threads[i] = GreenThread.Start(body);
        foreach (GreenThread thread in threads) thread.Join();
    }

    private static double PerSection(int sections, Action body)
    {
        long start = Stopwatch.GetTimestamp();
        body();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / sections;
    }

    private static double OnPlainThread(Func<double> body)
    {
        double result = 0;
        var thread = new Thread(() => result = body());
        thread.Start();
        thread.Join();
        return result;
    }

    [NotWoven]
    private static void MonitorSections(int count)
    {
        for (int i = 0; i < count; i++)
        {
            lock (s_plain) s_counter++;
        }
    }

    private static void GreenSections(int count)
    {
        for (int i = 0; i < count; i++)
        {
            lock (s_green)
            {
                if (++s_counter < 0) GreenThread.Yield(); // never
            }
        }
    }

    private static void LockSections(int count)
    {
        for (int i = 0; i < count; i++)
        {
            s_lock.Enter();
            s_counter++;
            s_lock.Exit();
        }
    }

    private static void PlainSections(int count)
    {
        for (int i = 0; i < count; i++)
        {
            lock (s_stillPlain) s_counter++;
        }
    }
}
