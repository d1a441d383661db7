namespace GreenThreads.Corpus;

/// <summary>ref, out and in: references that live across a wait.</summary>
public static class References
{
    private static void Increment(ref int n)
    {
        n++;
        W.Wait();
        n++;
    }

    public static void RefToLocal(Trace t)
    {
        int n = 1;
        Increment(ref n);
        Increment(ref n);
        t.Add(n);
    }

    public static void RefToParameter(Trace t) => t.Add(ByParameter(5));

    private static int ByParameter(int n)
    {
        Increment(ref n);
        return n;
    }

    private sealed class Holder
    {
        public int Field;
        public string? Text;
        public Point Point;
        public static int Static;
    }

    private struct Point
    {
        public int X, Y;

        public void Move(int by)
        {
            X += by;
            W.Wait();
            Y += by;
        }

        public readonly int Sum() => W.Id(X) + W.Id(Y);

        public int this[int i]
        {
            readonly get => W.Id(i == 0 ? X : Y);
            set
            {
                W.Wait();
                if (i == 0) X = value;
                else Y = value;
            }
        }
    }

    public static void RefToFields(Trace t)
    {
        var h = new Holder();
        Increment(ref h.Field);
        Increment(ref h.Point.X);
        Increment(ref Holder.Static);
        t.Add(h.Field + h.Point.X + Holder.Static);
        Holder.Static = 0;
    }

    public static void RefToArrayElement(Trace t)
    {
        int[] a = [1, 2, 3];
        Increment(ref a[1]);
        Increment(ref a[W.Id(2)]);
        t.Add(a);
    }

    public static void TargetIsReplacedMeanwhile(Trace t)
    {
        int[] a = [1, 2, 3], original = a;
        ReplaceAndIncrement(ref a[0], ref a);
        t.Add(original);
        t.Add(a);
    }

    private static void ReplaceAndIncrement(ref int element, ref int[] array)
    {
        element += 10;
        W.Wait();
        array = [7];
        W.Wait();
        element += 100;
    }

    public static void OutParameters(Trace t)
    {
        t.Add(TryGet(W.Id(5), out int n, out string? s));
        t.Add(n);
        t.Add(s);
        t.Add(TryGet(-1, out n, out s));
        t.Add(n);
        t.Add(s);
    }

    private static bool TryGet(int n, out int result, out string? text)
    {
        result = 0;
        text = null;
        if (W.Id(n) < 0) return false;
        result = W.Id(n * 2);
        W.Wait();
        text = W.Id("t" + result);
        return true;
    }

    public static void InParameters(Trace t)
    {
        var point = new Point { X = 1, Y = 2 };
        t.Add(SumOf(in point));
        t.Add(SumOf(new Point { X = W.Id(3), Y = 4 }));
        t.Add(SumOf(W.Id(point)));
    }

    private static int SumOf(in Point p)
    {
        int x = p.X;
        W.Wait();
        return x + p.Y;
    }

    public static void RefChains(Trace t)
    {
        int n = 0;
        Chain(ref n, 20);
        t.Add(n);
    }

    private static void Chain(ref int n, int depth)
    {
        n++;
        if (depth == 0) W.Wait();
        else Chain(ref n, depth - 1);
        n++;
    }

    public static void StructMethods(Trace t)
    {
        var p = new Point();
        p.Move(W.Id(2));
        p.Move(3);
        t.Add(p.Sum());
        var h = new Holder();
        h.Point.Move(4);
        t.Add(h.Point.Sum());
        Point[] points = [p, p];
        points[1].Move(W.Id(10));
        t.Add(points[0].Sum() * 100 + points[1].Sum());
    }

    public static void StructIndexers(Trace t)
    {
        var p = new Point();
        p[0] = W.Id(5);
        p[W.Id(1)] += W.Id(7);
        t.Add(p[0] * 10 + p[1]);
    }

    public static void RefLocals(Trace t)
    {
        int[] a = [1, 2, 3];
        ref int r = ref a[1];
        r += W.Id(10);
        W.Wait();
        r++;
        r = ref a[2];
        W.Wait();
        r = W.Id(99);
        t.Add(a);
        ref readonly int ro = ref a[0];
        W.Wait();
        t.Add(ro);
    }

    public static void RefLocalInLoop(Trace t)
    {
        Point[] points = new Point[3];
        for (int i = 0; i < points.Length; i++)
        {
            ref Point p = ref points[i];
            p.X = W.Id(i);
            p.Y = W.Id(i * 2);
        }
        foreach (ref Point p in points.AsSpan()) p.X += W.Id(1);
        foreach (Point p in points) t.Add(p.X * 10 + p.Y);
    }

    private static ref int Find(int[] a, int wanted)
    {
        for (int i = 0; i < a.Length; i++)
        {
            if (W.Id(a[i]) == wanted) return ref a[i];
        }
        throw new CorpusException("not found");
    }

    public static void RefReturns(Trace t)
    {
        int[] a = [3, 1, 4];
        Find(a, 1) = W.Id(100);
        Find(a, 4)++;
        ref int r = ref Find(a, 3);
        r *= 2;
        t.Add(a);
        try
        {
            Find(a, -1)++;
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void RefWithException(Trace t)
    {
        int n = 1;
        try
        {
            FailAfter(ref n);
        }
        catch (CorpusException)
        {
            t.Add(n);
        }
    }

    private static void FailAfter(ref int n)
    {
        n = 2;
        W.Wait();
        n = 3;
        W.Fail("f");
    }

    public static void GenericRef(Trace t)
    {
        string a = "a", b = "b";
        Swap(ref a, ref b);
        t.Add(a + b);
        (int, long) x = (1, 2), y = (3, 4);
        Swap(ref x, ref y);
        t.Add(x);
    }

    private static void Swap<T>(ref T a, ref T b)
    {
        T old = a;
        W.Wait();
        a = b;
        W.Wait();
        b = old;
    }

    public static void RefAndPendingStack(Trace t)
    {
        int n = 1;
        t.Add(n + IncrementAndGet(ref n) * IncrementAndGet(ref n) + n);
    }

    private static int IncrementAndGet(ref int n)
    {
        W.Wait();
        return ++n;
    }

    public static void InterlockedAndVolatile(Trace t)
    {
        var h = new Holder();
        Interlocked.Add(ref h.Field, W.Id(5));
        Interlocked.CompareExchange(ref h.Field, W.Id(9), W.Id(5));
        Volatile.Write(ref h.Field, Volatile.Read(ref h.Field) + W.Id(1));
        string? old = Interlocked.Exchange(ref h.Text, W.Id("new"));
        t.Add(h.Field);
        t.Add(old);
        t.Add(h.Text);
        s_volatile = W.Id(3);
        s_volatile += W.Id(4);
        t.Add(s_volatile);
    }

    private static volatile int s_volatile;

    private ref struct RefHolder(ref int target)
    {
        private readonly ref int _target = ref target;

        public void Set(int value)
        {
            W.Wait();
            _target = value;
        }
    }

    public static void RefFields(Trace t)
    {
        int n = 1;
        var holder = new RefHolder(ref n);
        holder.Set(W.Id(5));
        t.Add(n);
    }

    public static void ConditionalRef(Trace t)
    {
        int a = 1, b = 2;
        ref int r = ref W.Id(true) ? ref a : ref b;
        r = W.Id(10);
        (W.Id(false) ? ref a : ref b) += W.Id(5);
        t.Add(a * 100 + b);
    }

    public static void OutVariablesInConditions(Trace t)
    {
        if (int.TryParse(W.Id("12"), out int n) && TryGet(n, out int twice, out _)) t.Add(n + twice);
        var map = new Dictionary<string, int> { ["k"] = 3 };
        t.Add(map.TryGetValue(W.Id("k"), out int v) ? W.Id(v) : -1);
    }

    public static void OptionalIn(Trace t)
    {
        t.Add(WithDefault());
        t.Add(WithDefault(W.Id(6)));
    }

    private static int WithDefault(in int n = 4) => W.Id(n) + n;

    private readonly struct ReadOnly(int n)
    {
        public int Get()
        {
            W.Wait();
            return n;
        }

        public ReadOnly Plus(int m) => new(W.Id(n) + W.Id(m));
    }

    public static void ReadOnlyStructChain(Trace t) => t.Add(new ReadOnly(1).Plus(2).Plus(W.Id(3)).Get());
}
