namespace GreenThreads.Corpus;

/// <summary>Switch statements and expressions of all kinds.</summary>
public static class Switches
{
    public static void Dense(Trace t)
    {
        for (int i = -1; i < 6; i++)
        {
            switch (W.Id(i))
            {
                case 0: t.Log("zero"); break;
                case 1:
                case 2: t.Add(W.Id("one or two")); break;
                case 3: W.Wait(); goto case 0;
                case 4: goto default;
                default: t.Log("default " + W.Id(i)); break;
            }
        }
    }

    public static void Sparse(Trace t)
    {
        foreach (int n in new[] { 1, 1000, 1_000_000, -5 })
        {
            switch (n)
            {
                case 1: t.Add(W.Id("one")); break;
                case 1000: t.Add(W.Id("thousand")); break;
                case 1_000_000: t.Add(W.Id("million")); break;
                default: W.Wait(); break;
            }
        }
    }

    public static void Strings(Trace t)
    {
        foreach (string s in new[] { "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "other", "" })
        {
            t.Add(s switch
            {
                "alpha" => W.Id(1),
                "beta" => W.Id(2),
                "gamma" => 3,
                "delta" => W.Id(4),
                "epsilon" => W.Id(5),
                "zeta" => 6,
                "eta" => W.Id(7),
                "" => W.Id(0),
                _ => W.Id(-1),
            });
        }
    }

    public static void Enums(Trace t)
    {
        foreach (DayOfWeek day in Enum.GetValues<DayOfWeek>())
        {
            t.Add(W.Id(day) switch
            {
                DayOfWeek.Saturday or DayOfWeek.Sunday => W.Id("weekend"),
                DayOfWeek.Friday => "friday",
                > DayOfWeek.Wednesday => W.Id("late"),
                _ => "early",
            });
        }
    }

    private abstract record Figure;

    private sealed record Disc(double Radius) : Figure;

    private sealed record Box(double Width, double Height) : Figure
    {
        public string Kind => W.Id(Width == Height ? "square" : "box");
    }

    private sealed record Group(params Figure[] Parts) : Figure;

    private static double Area(Figure? figure) => figure switch
    {
        null => W.Id(0.0),
        Disc { Radius: 0 } => 0,
        Disc d => W.Id(d.Radius) * d.Radius * 3,
        Box { Kind: "square", Width: var w } => W.Id(w) * w,
        Box(var w, var h) when W.Id(w) > 10 => -1,
        Box(var w, var h) => W.Id(w) * W.Id(h),
        Group { Parts: [] } => 0,
        Group { Parts: [var only] } => Area(only),
        Group { Parts: [var first, .. var rest] } => Area(first) + Area(new Group(rest)),
        _ => throw new CorpusException("unknown"),
    };

    public static void Patterns(Trace t)
    {
        t.Add(Area(null));
        t.Add(Area(new Disc(2)));
        t.Add(Area(new Box(3, 3)));
        t.Add(Area(new Box(2, 3)));
        t.Add(Area(new Box(20, 3)));
        t.Add(Area(new Group(new Disc(1), new Box(1, 2), new Group())));
    }

    public static void TuplePatterns(Trace t)
    {
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                t.Add((W.Id(i), W.Id(j)) switch
                {
                    (0, 0) => W.Id("origin"),
                    (0, _) => "x" + W.Id(j),
                    (_, 0) => "y" + W.Id(i),
                    var (a, b) => W.Id(a) + "," + W.Id(b),
                });
            }
        }
    }

    public static void WhenClausesThatWait(Trace t)
    {
        foreach (object o in new object[] { 1, 5, "s", "long text", 2.5 })
        {
            switch (o)
            {
                case int n when W.Id(n) > 3: t.Log("big " + n); break;
                case int n: t.Log("small " + W.Id(n)); break;
                case string { Length: > 3 } s when W.Id(true): t.Log("long " + s); break;
                case string s when W.Id(false): t.Log("never"); break;
                case string: t.Add(W.Id("short")); break;
                default: t.Log("other"); break;
            }
        }
    }

    public static void NoMatch(Trace t)
    {
        try
        {
            t.Add(W.Id(5) switch { 1 => W.Id("a"), 2 => "b" });
        }
        catch (InvalidOperationException e)
        {
            t.Log(e.GetType().Name);
        }
    }

    public static void SwitchInLoopWithContinue(Trace t)
    {
        for (int i = 0; i < 6; i++)
        {
            switch (i % 3)
            {
                case 0: W.Wait(); continue;
                case 1: if (W.Id(i) == 4) return; break;
                default: t.Log("two"); break;
            }
            t.Add(i);
        }
    }

    public static void NestedSwitches(Trace t)
    {
        for (int i = 0; i < 9; i++)
        {
            int result;
            switch (i / 3)
            {
                case 0:
                    switch (W.Id(i % 3))
                    {
                        case 0: result = W.Id(100); break;
                        case 1: result = 101; break;
                        default: result = W.Id(102); break;
                    }
                    break;
                case 1: result = i switch { 3 => W.Id(3), 4 => W.Id(4), _ => 5 }; break;
                default: result = W.Id(-i); break;
            }
            t.Add(result);
        }
    }

    public static void SwitchOnLongAndChar(Trace t)
    {
        foreach (long n in new[] { 1L, long.MaxValue, 0 })
        {
            t.Add(W.Id(n) switch { long.MaxValue => "max", 1 => W.Id("one"), _ => "zero" });
        }
        foreach (char c in "aZ5 ")
        {
            t.Add(W.Id(c) switch
            {
                >= 'a' and <= 'z' => W.Id("lower"),
                >= 'A' and <= 'Z' => "upper",
                not (< '0' or > '9') => W.Id("digit"),
                _ => "none",
            });
        }
    }

    public static void ListPatterns(Trace t)
    {
        foreach (int[] a in new int[][] { [], [1], [1, 2], [1, 2, 3], [9, 8, 7, 6] })
        {
            t.Add(W.Id(a) switch
            {
                [] => "empty",
                [var x] => W.Id("one ") + x,
                [1, .. var middle, 3] => W.Id("1..3 ") + middle.Length,
                [var first, .., var last] => $"{W.Id(first)}-{W.Id(last)}",
            });
        }
    }

    public static void IsPatterns(Trace t)
    {
        object o = W.Id<object>("text");
        if (o is string { Length: 4 } s && W.Id(s.Length) == 4) t.Log(s);
        if (W.Id<object>(5) is int n and > 3) t.Add(W.Id(n));
        if (W.Id<int?>(null) is not { } value) t.Log("no value");
        else t.Add(value);
        t.Add(W.Id<object?>(null) is null);
    }

    public static void BigTable(Trace t)
    {
        int sum = 0;
        for (int i = 0; i < 32; i++)
        {
            sum += i switch
            {
                0 => W.Id(3), 1 => W.Id(1), 2 => W.Id(4), 3 => W.Id(1), 4 => W.Id(5), 5 => W.Id(9), 6 => W.Id(2), 7 => W.Id(6),
                8 => W.Id(5), 9 => W.Id(3), 10 => W.Id(5), 11 => W.Id(8), 12 => W.Id(9), 13 => W.Id(7), 14 => W.Id(9), 15 => W.Id(3),
                16 => W.Id(2), 17 => W.Id(3), 18 => W.Id(8), 19 => W.Id(4), 20 => W.Id(6), 21 => W.Id(2), 22 => W.Id(6), 23 => W.Id(4),
                _ => W.Id(i),
            };
        }
        t.Add(sum);
    }
}
