namespace GreenThreads.Corpus;

/// <summary>Values that are pending on the evaluation stack while a call waits.</summary>
public static class PendingStack
{
    public static void Integers(Trace t)
    {
        int a = 1, b = 2;
        t.Add(a + W.Id(b) * (a - W.Id(b)) + (W.Id(a) << W.Id(3)) - -W.Id(b) % W.Id(7));
    }

    public static void MixedNumbers(Trace t) =>
        t.Add(1 + 2L + W.Id(3) + 4.5f + W.Id(5.5) + W.Id((byte)6) + W.Id('a') + W.Id((short)7) + W.Id(8u) + W.Id(9UL % 5));

    public static void ManyTypes(Trace t) =>
        t.Add(All(W.Id(1), W.Id(2L), W.Id(3f), W.Id(4.0), W.Id("five"), W.Id(true), W.Id('7'), W.Id(DayOfWeek.Monday), W.Id(9m),
            W.Id(Guid.Empty), W.Id((1, "t")), W.Id<int?>(12), W.Id<object?>(null), W.Id(new DateTime(2020, 1, 1)), W.Id((byte)255)));

    private static string All(int a, long b, float c, double d, string e, bool f, char g, DayOfWeek h, decimal i, Guid j, (int, string) k,
        int? l, object? m, DateTime n, byte o) => string.Join("|", a, b, c, d, e, f, g, h, i, j, k, l, m, n.Year, o);

    public static void ConstantsBeforeTheWait(Trace t) =>
        t.Add(All(1, 2L, 3f, 4.0, "five", true, '7', DayOfWeek.Monday, 9m, Guid.Empty, (1, "t"), 12, null, DateTime.MinValue, W.Id((byte)255)));

    private struct Wide
    {
        public long A, B, C;
        public string? S;
    }

    private static Wide MakeWide(int n) => new() { A = n, B = n * 2, C = n * 3, S = "w" + n };

    private static string Join(Wide a, int b, Wide c) => $"{a.A}{a.B}{a.C}{a.S}{b}{c.A}{c.B}{c.C}{c.S}";

    public static void StructsOnTheStack(Trace t) => t.Add(Join(MakeWide(1), W.Id(2), W.Id(MakeWide(3))));

    public static void ReferencesOnTheStack(Trace t)
    {
        object[] array = ["a", 1, 2.5];
        t.Add(string.Concat(array[0], W.Id<object>("b"), array[1], W.Id<object>(array[2])));
    }

    public static void ArrayInitialisers(Trace t)
    {
        int[] numbers = [1, W.Id(2), 3, W.Id(4)];
        t.Add(numbers);
        string[] texts = new string[] { W.Id("a"), "b", W.Id("c") };
        t.Add(texts);
        int[,] grid = { { W.Id(1), 2 }, { 3, W.Id(4) } };
        t.Add(grid[0, 0] + grid[1, 1]);
        var wides = new[] { MakeWide(1), W.Id(MakeWide(2)) };
        t.Add(wides[1].S);
    }

    private sealed class Slow
    {
        public int Value { get; set { W.Wait(); field = value; } }
    }

    // in Release the object stays on the stack below the setter, whose call is the last before the return
    private static Slow MakeSlow(int n) => new() { Value = n };

    public static void InitialisersAsTheLastThing(Trace t)
    {
        t.Add(MakeSlow(3).Value);
    }

    public static void ObjectInitialisers(Trace t)
    {
        var list = new List<int> { W.Id(1), 2, W.Id(3) };
        t.Add(list);
        var map = new Dictionary<string, int> { ["a"] = W.Id(1), [W.Id("b")] = 2, ["c"] = W.Id(3) };
        t.Add(map.Keys);
        t.Add(map.Values);
        var builder = new UriBuilder { Host = W.Id("host"), Port = W.Id(80), Path = "p" };
        t.Add(builder.Host + builder.Port);
        var nested = new Nested { Inner = { Value = W.Id(5) }, List = { W.Id(1), 2 } };
        t.Add(nested.Inner.Value);
        t.Add(nested.List);
    }

    private sealed class Nested
    {
        public Nested2 Inner { get; } = new();

        public List<int> List { get; } = [];
    }

    private sealed class Nested2
    {
        public int Value { get; set; }
    }

    public static void FieldCompoundAssignment(Trace t)
    {
        var n = new Nested2 { Value = 1 };
        n.Value += W.Id(2);
        n.Value *= W.Id(5);
        n.Value -= W.Id(n.Value) / 2;
        t.Add(n.Value);
        var f = new Fields();
        f.Number += W.Id(3);
        f.Text += W.Id("x") + f.Number;
        f.Number <<= W.Id(2);
        s_static += W.Id(10);
        s_static++;
        t.Add(f.Number);
        t.Add(f.Text);
        t.Add(s_static);
    }

    private static int s_static;

    private sealed class Fields
    {
        public int Number = 1;
        public string Text = "t";
        public Inner Struct;

        public struct Inner
        {
            public int G;
            public long H;
        }
    }

    public static void ArrayCompoundAssignment(Trace t)
    {
        int[] a = [1, 2, 3];
        a[1] += W.Id(10);
        a[W.Id(0)] -= W.Id(5);
        a[W.Id(2)]++;
        a[a[W.Id(1)] - 10] *= W.Id(2);
        t.Add(a);
        string[] s = ["a", "b"];
        s[0] += W.Id("x");
        s[W.Id(1)] += W.Id("y") + W.Id("z");
        t.Add(s);
        long[] big = [1];
        big[0] |= W.Id(6L);
        t.Add(big);
    }

    public static void NestedFieldCompoundAssignment(Trace t)
    {
        var f = new Fields();
        f.Struct.G += W.Id(4);
        f.Struct.H += W.Id(4L) + f.Struct.G;
        Fields[] all = [f];
        all[0].Struct.G += W.Id(1);
        t.Add(f.Struct.G);
        t.Add(f.Struct.H);
        var inner = new Fields.Inner[2];
        inner[1].G += W.Id(7);
        inner[1].H = W.Id(8L);
        t.Add(inner[1].G + inner[1].H);
    }

    public static void CompoundAssignmentKeepsItsTarget(Trace t)
    {
        int[] a = [1, 2], original = a;
        a[0] += Replace(ref a);
        t.Add(original);
        t.Add(a);
        int i = 0;
        original[i++] = W.Id(i);
        original[i] += W.Id(++i);
        t.Add(original);
    }

    private static int Replace(ref int[] a)
    {
        a = [100, 200];
        return W.Id(10);
    }

    public static void LocalCompoundAssignment(Trace t)
    {
        int n = 1;
        n += W.Id(n) + (n = W.Id(50));
        t.Add(n);
        n = W.Id(n++) + n--;
        t.Add(n);
        double d = 2;
        d /= W.Id(4);
        t.Add(d);
        string s = "a";
        s += s + W.Id(s);
        t.Add(s);
    }

    public static void PropertyCompoundAssignment(Trace t)
    {
        var list = new List<int> { 1, 2 };
        list[0] += W.Id(5);
        list[W.Id(1)] *= W.Id(3);
        t.Add(list);
        var map = new Dictionary<string, string> { ["k"] = "v" };
        map[W.Id("k")] += W.Id("w");
        t.Add(map["k"]);
    }

    public static void NullCoalescing(Trace t)
    {
        string? s = null;
        s ??= W.Id<string?>(null);
        s ??= W.Id("second");
        s ??= W.Fail<string>("never");
        t.Add(s);
        int? n = null;
        n ??= W.Id(4);
        t.Add(n + W.Id<int?>(null) ?? W.Id(-1));
        var f = new Maybe();
        f.Text ??= W.Id("field");
        f.Text ??= W.Id("not");
        f.Number ??= W.Id(3);
        t.Add(f.Text);
        t.Add(f.Number);
    }

    private sealed class Maybe
    {
        public string? Text;
        public int? Number;
        public Maybe? Next;

        public Maybe? GetNext()
        {
            W.Wait();
            return Next;
        }
    }

    public static void NullConditionalChains(Trace t)
    {
        var m = new Maybe { Text = "one", Next = new Maybe { Text = "two" } };
        t.Add(m.GetNext()?.Text);
        t.Add(m.GetNext()?.GetNext()?.Text);
        t.Add(m.GetNext()?.GetNext()?.GetNext()?.Text?.Length ?? W.Id(-1));
        t.Add(W.Id(m)?.GetNext()?.Text?[W.Id(1)]);
        Maybe? none = W.Id<Maybe?>(null);
        none?.GetNext();
        none?.Next = W.Fail<Maybe>("never evaluated");
        m?.Next?.Next = W.Id(new Maybe { Text = "three" });
        t.Add(m!.Next.Next!.Text);
    }

    public static void NullableLifting(Trace t)
    {
        int? a = W.Id<int?>(5), none = W.Id<int?>(null);
        t.Add(a + W.Id(1));
        t.Add(a + none);
        t.Add(a > W.Id(3));
        t.Add(none < W.Id(3));
        t.Add(a == W.Id<int?>(5));
        t.Add(W.Id<bool?>(null) & W.Id<bool?>(false));
        t.Add((long?)W.Id(a) * 2);
        t.Add(W.Id(a)!.Value + W.Id(none).GetValueOrDefault(W.Id(8)));
    }

    public static void Conversions(Trace t)
    {
        object boxed = W.Id(5);
        t.Add((int)boxed + (long)W.Id(6) + (int)W.Id<object>(7));
        t.Add((byte)W.Id(300) + (sbyte)W.Id(200) + (char)W.Id(65));
        t.Add((int)W.Id(3.99) + (float)W.Id(0.1));
        t.Add((DayOfWeek)W.Id(3));
        t.Add((int)W.Id(DayOfWeek.Friday) + (decimal)W.Id(1.5));
        t.Add(W.Id<object>("s") as string ?? "no");
        t.Add((W.Id<object>(1) as string) is null);
        t.Add(((IComparable<int>)W.Id(5)).CompareTo(3));
    }

    public static void CheckedArithmetic(Trace t)
    {
        foreach (int n in new[] { 1, int.MaxValue })
        {
            try
            {
                t.Add(checked(W.Id(n) + W.Id(1)));
                t.Add(checked((byte)(W.Id(n) + 1)));
            }
            catch (OverflowException)
            {
                t.Log("overflow");
            }
        }
        t.Add(unchecked(W.Id(int.MaxValue) + W.Id(1)));
        checked
        {
            try
            {
                t.Add((uint)W.Id(-1));
            }
            catch (OverflowException)
            {
                t.Log("overflow");
            }
        }
    }

    public static void Deep(Trace t) =>
        t.Add(1 + (2 + (3 + (4 + (5 + (6 + (7 + (8 + (9 + (10 + W.Id(11) + W.Id(12)) * 2) * 2) * 2) * 2) * 2) * 2) * 2) * 2) * 2);

    public static void CallsInArgumentsOfCalls(Trace t) =>
        t.Add(F(F(F(W.Id(1), W.Id(2)), F(3, W.Id(4))), F(F(W.Id(5), 6), F(W.Id(7), W.Id(8)))));

    private static int F(int a, int b) => W.Id(a) * 3 + b;

    public static void TupleDeconstruction(Trace t)
    {
        (int a, string b) = (W.Id(1), W.Id("b"));
        (a, b) = W.Id((2, "c"));
        t.Add(a + b);
        (a, int d) = (W.Id(5), a + W.Id(1));
        t.Add(a * 10 + d);
        int[] array = new int[2];
        (array[W.Id(0)], array[1]) = (W.Id(7), W.Id(8));
        t.Add(array);
        var (x, (y, z)) = (1, (W.Id(2), W.Id(3)));
        t.Add(x + y + z);
        (string first, _, int last) = new Deconstructed();
        t.Add(first + last);
        t.Add(W.Id((1, 2)) == (W.Id(1), W.Id(2)));
    }

    private sealed class Deconstructed
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Deconstruct(out string a, out double b, out int c)
        {
            a = "a";
            b = 2;
            c = 3;
        }
    }

    public static void SwapThroughTuples(Trace t)
    {
        int a = 1, b = 2, c = 3;
        (a, b, c) = (W.Id(c), W.Id(a), W.Id(b));
        t.Add(a * 100 + b * 10 + c);
    }

    public static void BoxedArguments(Trace t) => t.Add(string.Format("{0}{1}{2}{3}", W.Id(1), W.Id('c'), W.Id(true), W.Id(2.5)));

    public static void NewWithPendingArguments(Trace t)
    {
        var pair = new KeyValuePair<string, (int, int)>(W.Id("k"), (W.Id(1), W.Id(2)));
        t.Add(pair.Key + pair.Value.Item2);
        t.Add(new string(W.Id('x'), W.Id(3)));
        t.Add(new DateTime(W.Id(2020), 1, W.Id(2)).DayOfYear);
        t.Add(new Version(1, W.Id(2), W.Id(3)));
    }

    public static void TypeOfAndDefault(Trace t)
    {
        t.Add(typeof(int).Name + W.Id(nameof(Deep)) + default(DayOfWeek) + W.Id(sizeof(long)));
        t.Add(W.Id(typeof(Dictionary<,>)).Name);
    }

    public static void DupPatterns(Trace t)
    {
        int a, b, c;
        a = b = c = W.Id(4);
        t.Add(a + b + c);
        var f = new Fields();
        int r = f.Number = W.Id(9);
        t.Add(r + f.Number);
        t.Add((f.Text = W.Id("assigned")).Length);
        int i = 0;
        int[] array = new int[3];
        array[i++] = array[i++] = W.Id(i);
        t.Add(array);
    }

    public static void AnonymousTypes(Trace t)
    {
        var a = new { X = W.Id(1), Y = W.Id("y"), Z = new { W = W.Id(2.5) } };
        t.Add(a.X + a.Y + a.Z.W);
        t.Add(a.ToString());
    }
}
