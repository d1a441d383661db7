using System.Globalization;
using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scheduling;

/// <summary>
/// Loops that compute let others run. On a scheduler of one carrier, which is never replaced, the loop ends only if the thread
/// that ends it runs meanwhile.
/// </summary>
public class LoopPollTests
{
    private static readonly object s_shared = new();

    public static TheoryData<string> Loops => [.. s_loops.Keys];

    // Each could wait, so that it is woven; none does. The result does not depend on how often it turns.
    private static readonly Dictionary<string, Func<Flag, string>> s_loops = new()
    {
        ["while"] = static flag =>
        {
            if (flag.Waits) GreenThread.Yield();
            while (!flag.IsSet) flag.Turns++;
            return "end";
        },
        ["for, with variables of many types"] = static flag =>
        {
            if (flag.Waits) GreenThread.Yield();
            (int whole, double real, string text, decimal money, Guid id) = (1, 2.5, "three", 4.5m, new Guid(5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
            for (int i = 0; !flag.IsSet; i++)
            {
                whole += i - i;
                real *= 1;
            }
            return string.Create(CultureInfo.InvariantCulture, $"{whole} {real} {text} {money} {id}");
        },
        ["do with continue"] = static flag =>
        {
            if (flag.Waits) GreenThread.Yield();
            int odd = 0;
            do
            {
                if (flag.Turns++ % 2 == 0) continue;
                odd |= 1;
            }
            while (!flag.IsSet || flag.Turns < 2);
            return $"{odd}";
        },
        ["in a try block"] = static flag =>
        {
            try
            {
                while (!flag.IsSet)
                {
                    try
                    {
                        if (flag.Waits) GreenThread.Yield();
                        flag.Turns++;
                    }
                    finally
                    {
                        flag.Turns++;
                    }
                }
                throw new InvalidOperationException("thrown");
            }
            catch (InvalidOperationException exception)
            {
                return exception.Message;
            }
        },
        ["turns that throw"] = static flag =>
        {
            while (!flag.IsSet)
            {
                try
                {
                    if (flag.Waits) GreenThread.Yield();
                    throw new InvalidOperationException();
                }
                catch (InvalidOperationException)
                {
                    flag.Turns++;
                }
            }
            return "end";
        },
        ["nested"] = static flag =>
        {
            if (flag.Waits) GreenThread.Yield();
            int sum = 0;
            for (int i = 0; i < 3; i++)
            {
                for (int k = 0; k < 3 || i == 1 && !flag.IsSet; k++)
                {
                    if (k < 3) sum += i * k;
                }
            }
            return $"{sum}";
        },
        ["a call in each turn"] = static flag =>
        {
            while (!flag.Look())
            {
            }
            return "end";
        },
        ["a call with a result in each turn"] = static flag =>
        {
            double sum = 8;
            string text = "text";
            while (!flag.IsSet)
            {
                sum = flag.Half(sum);
                text = flag.Same("text");
            }
            return $"{sum} {text}";
        },
        ["a call in some turns"] = static flag =>
        {
            int calls = 0;
            for (int i = 0; !flag.IsSet; i++)
            {
                if (i == 10) calls += flag.Look() ? 1 : 1;
            }
            return $"{Math.Min(calls, 0)}";
        },
        ["a delegate for each item"] = static flag =>
        {
            while (!flag.IsSet)
            {
                foreach (int item in (List<int>)[1, 2, 3]) flag.Each(item);
            }
            return "end";
        },
        ["generic"] = static flag => Generic(flag, (1, "one")).ToString(),
        ["iterator"] = static flag =>
        {
            int last = 0;
            foreach (int item in Items(flag)) last = item;
            return $"{last}";
        },
    };

    [Theory]
    [MemberData(nameof(Loops))]
    public void A_loop_lets_others_run_on_its_only_carrier(string name)
    {
        string expected = s_loops[name](new Flag { IsSet = true, Turns = 1 });
        using var scheduler = new Scheduler(1, maxReplacements: 0, null);
        var flag = new Flag();
        string? result = null;
        GreenThread busy = scheduler.Start(() =>
        {
            GreenThread.Start(() => flag.IsSet = true);
            result = s_loops[name](flag);
        });
        busy.Join();
        Assert.Equal(expected, result);
    }

    [Fact]
    public void Loops_take_turns()
    {
        using var scheduler = new Scheduler(1, maxReplacements: 0, null);
        var flag = new Flag();
        int turns = 0;
        GreenThread[] busy = [.. Enumerable.Range(0, 5).Select(_ => scheduler.Start(() =>
        {
            if (flag.Waits) GreenThread.Yield();
            int seen = Interlocked.Increment(ref turns);
            while (Volatile.Read(ref turns) < 5) seen++; // all have to be in the loop
        }))];
        foreach (GreenThread thread in busy) thread.Join();
    }

    [Fact]
    public void A_loop_that_holds_a_lock_keeps_its_carrier_which_is_replaced()
    {
        using var scheduler = new Scheduler(1, maxReplacements: 1, null);
        var flag = new Flag();
        bool held = false;
        GreenThread busy = scheduler.Start(() =>
        {
            GreenThread.Start(() => flag.IsSet = true);
            Thread carrier = Thread.CurrentThread;
            lock (s_shared)
            {
                if (flag.Waits) GreenThread.Yield();
                while (!flag.IsSet) flag.Turns++;
                held = Monitor.IsEntered(s_shared) && Thread.CurrentThread == carrier;
            }
        });
        busy.Join();
        Assert.True(held);
    }

    [Fact]
    public void A_pinned_loop_keeps_its_carrier_which_is_replaced()
    {
        using var scheduler = new Scheduler(1, maxReplacements: 1, null);
        var flag = new Flag();
        scheduler.Start(() =>
        {
            GreenThread.Start(() => flag.IsSet = true);
            Pinned.Call(() => s_loops["while"](flag));
            Pinned.Call(() => s_loops["a call in each turn"](flag));
        }).Join();
        Assert.True(flag.Turns > 0);
    }

    [Fact]
    public void A_loop_that_cannot_wait_does_not_poll_and_its_carrier_is_replaced()
    {
        using var scheduler = new Scheduler(1, maxReplacements: 1, null);
        var flag = new Flag();
        scheduler.Start(() =>
        {
            GreenThread.Start(() => flag.IsSet = true);
            Spin(flag);
        }).Join();
        Assert.True(flag.Turns > 0);
    }

    private static void Spin(Flag flag)
    {
        while (!flag.IsSet) flag.Turns++;
    }

    private static T Generic<T>(Flag flag, T value)
    {
        if (flag.Waits) GreenThread.Yield();
        T kept = value;
        while (!flag.IsSet) kept = value;
        return kept;
    }

    private static IEnumerable<int> Items(Flag flag)
    {
        int last = 0;
        while (!flag.IsSet)
        {
            if (flag.Waits) GreenThread.Yield();
            yield return last;
        }
        yield return 7;
    }

    private sealed class Flag
    {
        internal volatile bool IsSet;
        internal volatile bool Waits = Environment.TickCount64 < 0; // never; the compiler must not know
        internal long Turns;

        internal Action<int> Each => i => Turns += i;

        internal bool Look()
        {
            if (Waits) GreenThread.Yield();
            Turns++;
            return IsSet;
        }

        internal double Half(double value)
        {
            if (Waits) GreenThread.Yield();
            return (value + 8) / 2;
        }

        internal string Same(string text)
        {
            if (Waits) GreenThread.Yield();
            return text;
        }
    }
}
