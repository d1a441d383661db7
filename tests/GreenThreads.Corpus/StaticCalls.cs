namespace GreenThreads.Corpus;

/// <summary>Direct calls of static methods.</summary>
public static class StaticCalls
{
    public static void Simple(Trace t)
    {
        t.Log("before");
        W.Wait();
        t.Log("after");
    }

    public static void Timer(Trace t)
    {
        W.Sleep();
        t.Log("slept");
    }

    public static void ResultAndLocals(Trace t)
    {
        int a = 1;
        string s = "x";
        int b = W.Id(2);
        s += W.Id("y");
        long c = W.Id(3L) + a;
        t.Add(a + b);
        t.Add(s);
        t.Add(c);
    }

    public static void ArgumentsSurvive(Trace t) => t.Add(Mixed(1, "two", 3L, 4.5, true, 'c', 6.5f, null, 7m));

    private static string Mixed(int a, string b, long c, double d, bool e, char f, float g, object? h, decimal i)
    {
        W.Wait();
        a++;
        b += "!";
        W.Wait();
        return string.Join("|", a, b, c, d, e, f, g, h ?? "nil", i);
    }

    public static void OrderOfEvaluation(Trace t) =>
        t.Add(Sum3(t.Seen(W.Id(1)), t.Seen(W.Id(2)), t.Seen(W.Id(3))));

    private static int Sum3(int a, int b, int c) => W.Id(a) * 100 + W.Id(b) * 10 + W.Id(c);

    public static void NamedArgumentsOutOfOrder(Trace t) =>
        t.Add(Sum3(c: t.Seen(W.Id(3)), a: t.Seen(W.Id(1)), b: t.Seen(W.Id(2))));

    public static void OptionalArguments(Trace t)
    {
        t.Add(Optional());
        t.Add(Optional(W.Id(5)));
        t.Add(Optional(text: W.Id("z")));
    }

    private static string Optional(int number = 7, string text = "d", DayOfWeek day = DayOfWeek.Friday)
    {
        W.Wait();
        return text + number + day;
    }

    public static void ParamsArray(Trace t)
    {
        t.Add(Total(W.Id(1), 2, W.Id(3)));
        t.Add(Total());
    }

    private static int Total(params int[] values)
    {
        int total = 0;
        foreach (int value in values) total += W.Id(value);
        return total;
    }

    public static void Fibonacci(Trace t) => t.Add(Fib(9));

    private static int Fib(int n) => n < 2 ? W.Id(n) : Fib(n - 1) + Fib(n - 2);

    public static void DeepRecursion(Trace t) => t.Add(Depth(10_000));

    private static int Depth(int n) => n == 0 ? W.Id(0) : Depth(n - 1) + 1;

    public static void DeepRecursionThatThrows(Trace t)
    {
        try
        {
            t.Add(DepthFail(10_000));
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    private static int DepthFail(int n) => n == 0 ? W.Fail<int>("bottom") : DepthFail(n - 1) + 1;

    public static void MutualRecursion(Trace t) => t.Add(Even(21));

    private static bool Even(int n) => n == 0 ? W.Id(true) : Odd(n - 1);

    private static bool Odd(int n)
    {
        W.Wait();
        return n != 0 && Even(n - 1);
    }

    public static void IgnoredResults(Trace t)
    {
        W.Id(5);
        W.Id("text");
        W.Id(5.5);
        _ = W.Id(new DateTime(2020, 1, 1));
        t.Log("done");
    }

    public static void TailCalls(Trace t) => Tail3(t);

    private static void Tail3(Trace t) => Tail2(t, 1);

    private static void Tail2(Trace t, int n) => Tail1(t, n + 1, "tail");

    private static void Tail1(Trace t, int n, string s)
    {
        W.Wait();
        t.Log(s + n);
        W.Wait();
    }

    public static void ReassignedArguments(Trace t) => t.Add(Reassign("a", 1));

    private static string Reassign(string s, int n)
    {
        for (int i = 0; i < 3; i++)
        {
            s += n;
            W.Wait();
            n *= 2;
        }
        return s + n;
    }

    public static void NoWaitOnThisPath(Trace t)
    {
        t.Add(Conditional(false));
        t.Add(Conditional(true));
    }

    private static int Conditional(bool wait)
    {
        if (wait) W.Wait();
        return wait ? 1 : 0;
    }

    public static void SameSiteManyTimes(Trace t)
    {
        int sum = 0;
        for (int i = 0; i < 200; i++) sum += W.Id(i);
        t.Add(sum);
    }

    public static void DefaultOfEverything(Trace t)
    {
        t.Add(W.Id(default(int)));
        t.Add(W.Id<string?>(null));
        t.Add(W.Id(default(Guid)));
        t.Add(W.Id(default(int?)));
        t.Add(W.Id<object?>(null));
        t.Add(W.Id(default((int, string?))).Item1);
    }

    public static void UninitialisedLocals(Trace t)
    {
        int a;
        string? s;
        if (W.Id(true))
        {
            a = 1;
            s = "set";
        }
        else
        {
            a = 2;
            s = null;
        }
        W.Wait();
        t.Add(a);
        t.Add(s);
    }

    public static void ReusedLocalSlots(Trace t)
    {
        {
            int a = W.Id(1);
            t.Add(a);
        }
        {
            int b = 0;
            W.Wait();
            t.Add(b);
        }
        for (int i = 0; i < 2; i++)
        {
            int fresh = 0;
            W.Wait();
            fresh += i;
            t.Add(fresh);
        }
    }

    public static void NativeIntegers(Trace t)
    {
        nint a = W.Id((nint)5);
        nuint b = W.Id((nuint)6);
        W.Wait();
        t.Add((long)(a * W.Id((nint)3)));
        t.Add((ulong)(b + W.Id((nuint)1)));
    }

    public static void SmallIntegersAreTruncated(Trace t)
    {
        byte a = 250;
        a += W.Id((byte)10);
        sbyte b = 127;
        b = (sbyte)(b + W.Id(1));
        short c = short.MaxValue;
        c += W.Id((short)1);
        ushort d = 0;
        d -= W.Id((ushort)1);
        char e = 'a';
        e += W.Id((char)1);
        t.Add(a);
        t.Add(b);
        t.Add(c);
        t.Add(d);
        t.Add(e);
    }
}
