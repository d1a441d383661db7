using System.Diagnostics;

namespace GreenThreads.Bench;

/// <summary>What structure costs: a scope with children, with a failing one, with a deadline that is never reached.</summary>
internal static class ScopeBench
{
    private const int Rounds = 7;
    private const int Children = 100;
    private const int Scopes = 2_000;
    private const int Timers = 200_000;

    internal static IEnumerable<Row> Run()
    {
        yield return new Row("fan-out/fan-in of 100 in a scope", "ns per child", Measure(Scopes * Children, static () =>
        {
            for (int i = 0; i < Scopes; i++) FanOut(failing: false);
        }));
        yield return new Row("the same, one fails and cancels the rest", "ns per child", Measure(Scopes * Children / 10, static () =>
        {
            for (int i = 0; i < Scopes / 10; i++) FanOut(failing: true);
        }));
        yield return new Row("scope with a deadline, nothing in it", "ns", Measure(Timers, static () =>
        {
            for (int i = 0; i < Timers; i++)
            {
                using var scope = new GreenScope(TimeSpan.FromMinutes(1));
            }
        }));
        yield return new Row("timer storm: timed waits that are woken", "ns per wait", Measure(Timers, static () => CancelTimers(1000, Timers / 1000)));
    }

    private static void FanOut(bool failing)
    {
        if (!failing)
        {
            FanOut(failing: -1);
            return;
        }
        try
        {
            FanOut(Children / 2);
        }
        catch (InvalidDataException)
        {
            // as it should be
        }
    }

    private static void FanOut(int failing)
    {
        using var scope = new GreenScope();
        for (int i = 0; i < Children; i++)
        {
            int number = i;
            scope.Start(() =>
            {
                if (number == failing) throw new InvalidDataException();
                GreenThread.Yield();
            });
        }
    }

    // Each wait sets a timer of a minute, and is over long before.
    private static void CancelTimers(int threads, int rounds)
    {
        using var scope = new GreenScope();
        for (int i = 0; i < threads / 2; i++)
        {
            var there = new GreenChannel<int>(0);
            var back = new GreenChannel<int>(0);
            scope.Start(() =>
            {
                for (int n = 0; n < rounds; n++)
                {
                    there.TrySend(n, TimeSpan.FromMinutes(1));
                    back.TryReceive(out _, TimeSpan.FromMinutes(1));
                }
            });
            scope.Start(() =>
            {
                for (int n = 0; n < rounds; n++)
                {
                    there.TryReceive(out _, TimeSpan.FromMinutes(1));
                    back.TrySend(n, TimeSpan.FromMinutes(1));
                }
            });
        }
    }

    private static double[] Measure(int operations, Action work)
    {
        GreenThread.Run(work); // warm-up
        var nanoseconds = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            GC.Collect();
            long start = Stopwatch.GetTimestamp();
            GreenThread.Run(work);
            nanoseconds[round] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / operations;
        }
        return nanoseconds;
    }
}
