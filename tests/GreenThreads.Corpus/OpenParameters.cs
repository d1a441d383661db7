namespace GreenThreads.Corpus;

/// <summary>Type parameters that allow ref structs: what is handed in by them can only be made again by who has it.</summary>
public static class OpenParameters
{
    private delegate int Measure<T>(T value) where T : allows ref struct;

    private interface IVisitor<T> where T : allows ref struct
    {
        int Visit(T value);
    }

    private interface IMeasured
    {
        int Length { get; }
    }

    private ref struct Words(ReadOnlySpan<char> text) : IMeasured
    {
        private readonly ReadOnlySpan<char> _text = text;

        public readonly int Length => _text.Length;
    }

    private static int Use<T>(T value, Measure<T> measure) where T : allows ref struct
    {
        W.Wait();
        int first = measure(value);
        W.Wait();
        return first + W.Id(measure(value));
    }

    private static int Through<T>(int depth, T value, Measure<T> measure) where T : allows ref struct =>
        depth == 0 ? Use(value, measure) : W.Id(1) + Through(depth - 1, value, measure);

    private static int Ignore<T>(T value, int n) where T : allows ref struct
    {
        W.Wait();
        return W.Id(n);
    }

    private static void Change<T>(ref T value, T other) where T : allows ref struct
    {
        W.Wait();
        value = other;
        W.Wait();
    }

    public static void OfSpans(Trace t)
    {
        int[] items = [1, 2, 3];
        t.Add(Use(items.AsSpan(), static s => s.Length + W.Id(s[0])));
        t.Add(Through(3, (ReadOnlySpan<int>)items.AsSpan(1), static s => W.Id(s.Length) * 10 + s[1]));
        t.Add(Through(2, "text".AsSpan(1, 2), static s => W.Id(s.Length) + s[0]));
    }

    public static void OfValuesAndObjects(Trace t)
    {
        t.Add(Use(5, static n => W.Id(n) + 1));
        t.Add(Use("text", static s => s.Length + W.Id(s.Length)));
        t.Add(Through(3, (Left: 3L, Right: "x"), static p => W.Id((int)p.Left) + p.Right.Length));
        t.Add(Through(2, new DateTime(2026, 1, 2), static d => W.Id(d.Day) + d.Year));
        object? none = null;
        t.Add(Use(none, static o => o is null ? W.Id(1) : 2));
    }

    public static void NotInUseAcrossAWait(Trace t)
    {
        Span<int> own = [4, 5];
        t.Add(Ignore(own, 3) + own[W.Id(1)]);
        t.Add(Ignore(7, 8) + Ignore("s", 9));
    }

    public static void InARow(Trace t)
    {
        for (int i = 0; i < 4; i++) t.Add(Use(i, static n => W.Id(n * n)) + Use(new int[i].AsSpan(), static s => W.Id(s.Length)));
    }

    public static void ByReference(Trace t)
    {
        int n = 1;
        Change(ref n, W.Id(2));
        string s = "a";
        Change(ref s, "b");
        t.Add($"{n} {W.Id(s)}");
    }

    private class Summing<T>(Measure<T> measure) : IVisitor<T> where T : allows ref struct
    {
        public int Seen { get; private set; }

        public virtual int Visit(T value)
        {
            Seen += W.Id(1);
            int first = measure(value);
            W.Wait();
            return Seen * 100 + first + measure(value);
        }
    }

    private sealed class Doubling<T>(Measure<T> measure) : Summing<T>(measure) where T : allows ref struct
    {
        public override int Visit(T value)
        {
            W.Wait();
            return base.Visit(value) * 2 + W.Id(1);
        }
    }

    // closed: here it is known what is handed in
    private sealed class OfIntegers : IVisitor<int>, IVisitor<ReadOnlySpan<int>>
    {
        public int Visit(int value) => W.Id(value) + value;

        public int Visit(ReadOnlySpan<int> value)
        {
            W.Wait();
            return value.Length + W.Id(value[0]);
        }
    }

    private static int Both<T>(IVisitor<T> visitor, T value) where T : allows ref struct => visitor.Visit(value) + W.Id(visitor.Visit(value));

    public static void ThroughSlots(Trace t)
    {
        int[] items = [7, 8, 9];
        t.Add(Both(new Summing<Span<int>>(static s => W.Id(s[1])), items));
        t.Add(Both(new Doubling<ReadOnlySpan<int>>(static s => W.Id(s[2])), items));
        t.Add(Both(new Doubling<int>(static n => W.Id(n)), 6));
        t.Add(Both(new Summing<string>(static s => W.Id(s.Length)), "four"));
        t.Add(Both<int>(new OfIntegers(), 5) + Both<ReadOnlySpan<int>>(new OfIntegers(), items));
        IVisitor<string> visitor = new Doubling<string>(static s => W.Id(s.Length));
        t.Add(visitor.Visit("abc"));
    }

    private sealed class Made<T> where T : allows ref struct
    {
        public Made(T value, Measure<T> measure)
        {
            Length = measure(value);
            W.Wait();
            Length += W.Id(measure(value));
        }

        public int Length { get; }
    }

    private readonly struct MadeStruct<T> where T : allows ref struct
    {
        public MadeStruct(T value, Measure<T> measure)
        {
            W.Wait();
            Length = measure(value) + W.Id(1);
        }

        public int Length { get; }
    }

    public static void Constructors(Trace t)
    {
        t.Add(new Made<ReadOnlySpan<char>>("text", static s => W.Id(s.Length)).Length + new Made<int>(3, static n => W.Id(n)).Length);
        t.Add(new MadeStruct<ReadOnlySpan<char>>("text", static s => s.Length).Length + W.Id(new MadeStruct<string>("ab", static s => W.Id(s.Length)).Length));
    }

    private interface IMeasuring
    {
        static abstract int Of<T>(T value, Measure<T> measure) where T : allows ref struct;
    }

    private struct Measuring : IMeasuring
    {
        public static int Of<T>(T value, Measure<T> measure) where T : allows ref struct
        {
            W.Wait();
            return measure(value) + W.Id(1);
        }
    }

    [MayPin("a static member of an interface that takes what may be a ref struct")]
    public static void StaticMembersOfInterfaces(Trace t)
    {
        t.Add(By<Measuring>());

        static int By<TMeasuring>() where TMeasuring : IMeasuring =>
            TMeasuring.Of("text".AsSpan(), static s => W.Id(s.Length)) + W.Id(TMeasuring.Of(5, static n => W.Id(n)));
    }

    public static void Recursion(Trace t)
    {
        t.Add(Down("deep".AsSpan(), 200));
        t.Add(Down(7, 200));

        static int Down<T>(T value, int depth) where T : allows ref struct => depth == 0 ? W.Id(1) : 1 + Down(value, depth - 1) + (depth % 50 == 0 ? Ignore(value, 0) : 0);
    }

    public static void Failing(Trace t)
    {
        try
        {
            Through(3, "text".AsSpan(), static s => s.Length > 3 ? throw new CorpusException($"{W.Id(s.Length)}") : 1);
        }
        catch (CorpusException exception)
        {
            t.Add(exception.Message + W.Id(1));
        }
    }

    [MayPin("a local of a type parameter cannot be made again")]
    public static void InALocal(Trace t)
    {
        t.Add(Keep("text".AsSpan(), static s => s.Length));
        t.Add(Keep(3, static n => n));

        static int Keep<T>(T value, Measure<T> measure) where T : allows ref struct
        {
            T kept = value;
            T nothing = default!;
            if (measure(kept) > 100) kept = nothing;
            W.Wait();
            return measure(kept) + W.Id(1);
        }
    }

    [MayPin("called on what may be a ref struct")]
    public static void AsReceiver(Trace t)
    {
        t.Add(Length(new Words("some words")));
        t.Add(Length(new Waiting { Count = 4 }));

        static int Length<T>(T measured) where T : IMeasured, allows ref struct => measured.Length + W.Id(1);
    }

    private struct Waiting : IMeasured
    {
        public int Count;

        public readonly int Length => W.Id(Count);
    }

    [MayPin("a delegate does not tell that its method takes what may be a ref struct")]
    public static void ThroughDelegatesOfSuchMethods(Trace t)
    {
        Func<int, int, int> ignore = Ignore<int>;
        t.Add(ignore(1, 2));
        Func<string, Measure<string>, int> use = Use<string>;
        t.Add(use("text", static s => W.Id(s.Length)));
        Measure<int> visit = new Doubling<int>(static n => W.Id(n)).Visit;
        t.Add(visit(9));
    }
}
