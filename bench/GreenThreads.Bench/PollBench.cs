using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace GreenThreads.Bench;

/// <summary>
/// What it costs that loops poll whether they shall let others run: loops of methods that can wait against the same ones in a
/// method that cannot.
/// </summary>
internal static class PollBench
{
    private const int Rounds = 31;
    private const int Length = 20_000;
    private const int Repeats = 400;

    private static readonly double[] s_values = [.. Enumerable.Range(0, Length).Select(static i => i * 0.5)];
    private static readonly int[] s_numbers = [.. Enumerable.Range(0, Length)];

    // Never true; not known to the JIT.
    private static volatile bool s_waits = Environment.TickCount64 < 0;

    private static double s_sink;

    internal static IEnumerable<Row> Run()
    {
        yield return Compare("sum of an array", static () => PlainSum(s_values), static () => PolledSum(s_values));
        yield return Compare("random numbers", static () => PlainRandom(Length), static () => PolledRandom(Length));
        yield return Compare("iterated map", static () => PlainMap(Length), static () => PolledMap(Length));
        yield return Compare("primes by division", static () => PlainPrimes(s_numbers, 500), static () => PolledPrimes(s_numbers, 500));
    }

    private static Row Compare(string name, Func<double> plain, Func<double> polled)
    {
        if (plain() != polled()) throw new InvalidOperationException($"{name}: {plain()} and {polled()} differ.");
        double[] ratios = GreenThread.Run(() => Measure(plain, polled));
        return new Row($"loop that polls, {name}, to one that cannot wait", "times", ratios, 1.01);
    }

    // Pinned, so that the measuring itself does not suspend; the loops are those that would.
    [NotWoven]
    private static double[] Measure(Func<double> plain, Func<double> polled)
    {
        var ratios = new List<double>();
        for (int round = 0; round < Rounds + 10; round++)
        {
            double first = round % 2 == 0 ? Time(plain) : Time(polled);
            double second = round % 2 == 0 ? Time(polled) : Time(plain);
            if (round >= 10) ratios.Add(round % 2 == 0 ? second / first : first / second);
        }
        return [.. ratios];
    }

    [NotWoven]
    private static double Time(Func<double> work)
    {
        double best = double.MaxValue;
        for (int batch = 0; batch < 4; batch++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Repeats / 4; i++) s_sink += work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }
        return best;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double PlainSum(double[] values)
    {
        double sum = 0;
        for (int i = 0; i < values.Length; i++) sum += values[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double PolledSum(double[] values)
    {
        if (s_waits) GreenThread.Yield();
        double sum = 0;
        for (int i = 0; i < values.Length; i++) sum += values[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double PlainRandom(int count)
    {
        ulong x = 88172645463325252;
        for (int i = 0; i < count; i++)
        {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
        }
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double PolledRandom(int count)
    {
        if (s_waits) GreenThread.Yield();
        ulong x = 88172645463325252;
        for (int i = 0; i < count; i++)
        {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
        }
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double PlainMap(int count)
    {
        double x = 0.3;
        for (int i = 0; i < count; i++) x = 3.9 * x * (1 - x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double PolledMap(int count)
    {
        if (s_waits) GreenThread.Yield();
        double x = 0.3;
        for (int i = 0; i < count; i++) x = 3.9 * x * (1 - x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double PlainPrimes(int[] numbers, int count)
    {
        int primes = 0;
        for (int i = 2; i < count; i++)
        {
            bool isPrime = true;
            for (int k = 2; k * k <= numbers[i]; k++)
            {
                if (numbers[i] % k != 0) continue;
                isPrime = false;
                break;
            }
            if (isPrime) primes++;
        }
        return primes;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double PolledPrimes(int[] numbers, int count)
    {
        if (s_waits) GreenThread.Yield();
        int primes = 0;
        for (int i = 2; i < count; i++)
        {
            bool isPrime = true;
            for (int k = 2; k * k <= numbers[i]; k++)
            {
                if (numbers[i] % k != 0) continue;
                isPrime = false;
                break;
            }
            if (isPrime) primes++;
        }
        return primes;
    }
}
