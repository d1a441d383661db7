namespace GreenThreads.Corpus;

/// <summary>Results, arguments and locals of value types of many sizes and layouts.</summary>
public static class StructResults
{
    private readonly record struct S1(byte A);

    private readonly record struct S2(short A);

    private readonly record struct S3(byte A, short B);

    private readonly record struct S8(int A, int B);

    private readonly record struct S12(int A, int B, int C);

    private readonly record struct S16(long A, long B);

    private readonly record struct S24(long A, double B, int C);

    private readonly record struct Ref1(string A);

    private readonly record struct Ref2(string A, int B);

    private readonly record struct Ref3(int A, object B, string C, long D);

    private readonly record struct F2(float X, float Y);

    private readonly record struct D4(double X, double Y, double Z, double W);

    private readonly record struct Empty;

    [InlineArray(8)]
    private struct Eight
    {
        private int _first;
    }

    private struct Big
    {
        public long A, B, C, D, E, F, G, H;
        public string S;
        public Ref3 Inner;
    }

    public static void Sizes(Trace t)
    {
        t.Add(W.Id(new S1(1)));
        t.Add(W.Id(new S2(2)));
        t.Add(W.Id(new S3(3, 4)));
        t.Add(W.Id(new S8(5, 6)));
        t.Add(W.Id(new S12(7, 8, 9)));
        t.Add(W.Id(new S16(10, 11)));
        t.Add(W.Id(new S24(12, 13.5, 14)));
        t.Add(W.Id(new Empty()));
    }

    public static void WithReferences(Trace t)
    {
        t.Add(W.Id(new Ref1("a")));
        t.Add(W.Id(new Ref2("b", 2)));
        t.Add(W.Id(new Ref3(3, "o", "c", 4)));
    }

    public static void FloatingPoint(Trace t)
    {
        t.Add(W.Id(1.25f));
        t.Add(W.Id(double.NaN));
        t.Add(W.Id(new F2(1, 2)));
        t.Add(W.Id(new D4(1, 2, 3, 4)));
        t.Add(W.Id(-0.0));
        t.Add(W.Id(float.Epsilon));
        t.Add(W.Id(new System.Numerics.Vector3(1, 2, 3)));
        t.Add(W.Id((Half)1.5));
    }

    private static Big MakeBig(int n)
    {
        W.Wait();
        return new Big { A = n, D = n + 1, H = n + 2, S = "s" + W.Id(n), Inner = new Ref3(n, n, "i", W.Id(5L)) };
    }

    public static void BigOnes(Trace t)
    {
        Big a = MakeBig(1), b = MakeBig(10);
        W.Wait();
        t.Add(a.A + a.D + a.H + b.A + b.D + b.H);
        t.Add(a.S + b.S + a.Inner + b.Inner);
        t.Add(MakeBig(W.Id(20)).Inner.D + MakeBig(30).H);
    }

    public static void LocalsOfAllSizes(Trace t)
    {
        var a = new S1(1);
        var b = new S3(2, 3);
        var c = new S12(4, 5, 6);
        var d = new Ref3(7, "x", "y", 8);
        var e = new D4(1, 2, 3, 4);
        decimal f = 1.5m;
        var g = Guid.Empty;
        DateTimeOffset h = DateTimeOffset.UnixEpoch;
        TimeSpan i = TimeSpan.FromSeconds(5);
        Int128 j = Int128.MaxValue;
        W.Wait();
        t.Add(a);
        t.Add(b);
        t.Add(c);
        t.Add(d);
        t.Add(e);
        W.Wait();
        t.Add(f);
        t.Add(g);
        t.Add(h);
        t.Add(i);
        t.Add(j);
    }

    public static void Changed(Trace t)
    {
        var big = new Big { A = 1, S = "a" };
        for (int i = 0; i < 3; i++)
        {
            big.A += i;
            W.Wait();
            big.S += i;
            big.Inner = new Ref3(i, big.A, big.S, i);
        }
        t.Add(big.A);
        t.Add(big.S);
        t.Add(big.Inner);
    }

    public static void CopiesAreCopies(Trace t)
    {
        var a = new Big { A = 1 };
        Big b = a;
        W.Wait();
        b.A = 2;
        Big c = W.Id(b);
        c.A = 3;
        t.Add(a.A * 100 + b.A * 10 + c.A);
    }

    public static void Nullables(Trace t)
    {
        t.Add(W.Id<S12?>(new S12(1, 2, 3)));
        t.Add(W.Id<S12?>(null));
        t.Add(W.Id<DateTime?>(DateTime.UnixEpoch)!.Value.Year);
        bool? b = W.Id<bool?>(true);
        W.Wait();
        t.Add(b);
        decimal? d = W.Id<decimal?>(2.5m);
        W.Wait();
        t.Add(d * 2);
    }

    public static void Tuples(Trace t)
    {
        (int A, string B, double C, (long D, char E) F) tuple = W.Id((1, "b", 2.5, (4L, 'e')));
        W.Wait();
        t.Add(tuple.B + tuple.F.E + tuple.A);
        var nine = W.Id((1, 2, 3, 4, 5, 6, 7, 8, 9));
        W.Wait();
        t.Add(nine.Item9 + nine.Item1);
    }

    public static void Enums(Trace t)
    {
        t.Add(W.Id(ConsoleColor.Red));
        t.Add(W.Id(Small.B));
        t.Add(W.Id(Large.Max));
        Large local = Large.Max;
        W.Wait();
        t.Add(local);
    }

    private enum Small : byte
    {
        A,
        B = 200,
    }

    private enum Large : ulong
    {
        Max = ulong.MaxValue,
    }

    public static void InlineArrays(Trace t)
    {
        Eight eight = default;
        for (int i = 0; i < 8; i++) eight[i] = i * i;
        int sum = 0;
        W.Wait();
        foreach (int n in eight) sum += n;
        t.Add(sum);
        Eight copy = W.Id(eight);
        t.Add(copy[7]);
    }

    private readonly record struct Generic<T>(T Value, int N);

    private static Generic<T> Wrap<T>(T value)
    {
        W.Wait();
        return new Generic<T>(W.Id(value), W.Id(1));
    }

    public static void GenericStructs(Trace t)
    {
        t.Add(Wrap(5).Value);
        t.Add(Wrap("s").Value);
        t.Add(Wrap(Wrap(2.5)).Value.Value);
        Generic<Generic<string>> nested = Wrap(Wrap("n"));
        W.Wait();
        t.Add(nested.Value.Value + nested.N);
    }

    public static void StructsInArraysAndFields(Trace t)
    {
        var array = new S16[3];
        array[W.Id(1)] = W.Id(new S16(5, 6));
        t.Add(array[1]);
        var list = new List<Ref2> { W.Id(new Ref2("l", 1)) };
        list[0] = list[0] with { B = W.Id(9) };
        t.Add(list[0]);
    }

    public static void Boxing(Trace t)
    {
        object o = W.Id(new S12(1, 2, 3));
        W.Wait();
        var back = (S12)o;
        t.Add(back.C);
        object? none = W.Id<S12?>(null);
        t.Add(none);
        t.Add(W.Id<object>(new S1(7)).Equals(new S1(7)));
    }

    public static void DiscardedStructs(Trace t)
    {
        MakeBig(1);
        _ = W.Id(new D4(1, 2, 3, 4));
        t.Log("ok");
    }

    public static void StructThrownAway(Trace t)
    {
        try
        {
            _ = W.Fail<Big>("no struct");
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        try
        {
            int n = W.Id(1) + W.Fail<int>("no int");
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }
}
