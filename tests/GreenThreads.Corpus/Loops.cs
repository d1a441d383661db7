namespace GreenThreads.Corpus;

/// <summary>Loops, gotos and conditions.</summary>
public static class Loops
{
    public static void For(Trace t)
    {
        for (int i = W.Id(0); i < W.Id(4); i += W.Id(1)) t.Add(i);
    }

    public static void While(Trace t)
    {
        int n = 3;
        while (W.Id(n) > 0)
        {
            t.Add(n);
            n -= W.Id(1);
        }
    }

    public static void DoWhile(Trace t)
    {
        int n = 0;
        do
        {
            t.Add(n);
            n++;
        }
        while (W.Id(n) < 3);
    }

    public static void NestedWithBreakAndContinue(Trace t)
    {
        for (int i = 0; i < 5; i++)
        {
            if (W.Id(i) == 1) continue;
            for (int j = 0; j < 5; j++)
            {
                if (W.Id(j) == 2) continue;
                if (i * j >= 6) break;
                t.Add(i * 10 + j);
            }
            if (W.Id(i) == 3) break;
        }
    }

    public static void Goto(Trace t)
    {
        int n = 0;
    again:
        n++;
        W.Wait();
        if (n == 2) goto skip;
        t.Add(n);
    skip:
        if (W.Id(n) < 4) goto again;
        t.Log("end");
    }

    public static void GotoOutOfNestedLoops(Trace t)
    {
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                t.Add(W.Id(i * 3 + j));
                if (i == 1 && W.Id(j) == 1) goto found;
            }
        }
        t.Log("not found");
    found:
        t.Log("found");
    }

    public static void ForeachOverArray(Trace t)
    {
        foreach (string s in W.Id(new[] { "a", "b", "c" })) t.Add(W.Id(s));
    }

    public static void BubbleSort(Trace t)
    {
        int[] a = [5, 3, 8, 1, 9, 2];
        for (int i = 0; i < a.Length; i++)
        {
            for (int j = 0; j + 1 < a.Length - i; j++)
            {
                if (W.Id(a[j]) > a[j + 1]) (a[j], a[j + 1]) = (a[j + 1], W.Id(a[j]));
            }
        }
        t.Add(a);
    }

    public static void ShortCircuit(Trace t)
    {
        t.Add(t.Seen(W.Id(false)) && t.Seen(W.Id(true)));
        t.Add(t.Seen(W.Id(true)) || t.Seen(W.Id(false)));
        t.Add(t.Seen(W.Id(true)) & t.Seen(W.Id(false)) | t.Seen(W.Id(true)) ^ W.Id(true));
        if ((W.Id(1) > 2 || W.Id(2) > 1) && !(W.Id(3) == 4 && W.Id(true))) t.Log("yes");
    }

    public static void Ternaries(Trace t)
    {
        for (int i = 0; i < 4; i++)
        {
            t.Add(i > 1 ? W.Id(i) == 2 ? W.Id("two") : W.Id("three") : i == 0 ? W.Id("zero") : "one");
        }
        t.Add(Pick(W.Id(true) ? W.Id(1) : W.Id(2), W.Id(false) ? "a" : W.Id("b"), W.Id(1) > 0 ? W.Id(2.5) : 3));
    }

    private static string Pick(int a, string b, double c) => $"{a}{b}{c}";

    public static void SearchWithEarlyReturn(Trace t)
    {
        t.Add(IndexOf([3, 1, 4, 1, 5], 4));
        t.Add(IndexOf([3, 1, 4, 1, 5], 9));
    }

    private static int IndexOf(int[] values, int wanted)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (W.Id(values[i]) == wanted) return i;
        }
        return W.Id(-1);
    }

    public static void WaitsOnlySometimes(Trace t)
    {
        long sum = 0;
        for (int i = 0; i < 1000; i++)
        {
            if (i % 100 == 0) W.Wait();
            sum += i;
        }
        t.Add(sum);
    }

    public static void CollatzWithManyState(Trace t)
    {
        long n = 27, steps = 0, max = 0;
        bool odd;
        string path = "";
        while (n != 1)
        {
            odd = (W.Id(n) & 1) == 1;
            n = odd ? 3 * n + 1 : n / 2;
            steps++;
            if (n > max) max = n;
            if (steps < 6) path += n + ">";
        }
        t.Add(steps);
        t.Add(max);
        t.Add(path);
    }

    public static void LoopCarriedReferences(Trace t)
    {
        string? last = null;
        object current = "start";
        for (int i = 0; i < 4; i++)
        {
            (last, current) = (current as string, W.Id<object>(i % 2 == 0 ? i : "s" + i));
            t.Add(last);
            t.Add(current);
        }
    }
}
