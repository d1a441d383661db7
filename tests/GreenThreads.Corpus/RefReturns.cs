namespace GreenThreads.Corpus;

/// <summary>Methods that wait and return a reference or a span, and callers that hold it across further waits.</summary>
public static class RefReturns
{
    private static ref int Pick(int[] a, int at)
    {
        W.Wait();
        return ref a[W.Id(at)];
    }

    private static ref int Through(int[] a, int at)
    {
        ref int found = ref Pick(a, at);
        W.Wait();
        found++;
        return ref found;
    }

    private static ref T Larger<T>(ref T left, ref T right) where T : IComparable<T>
    {
        W.Wait();
        if (left.CompareTo(W.Id(right)) > 0) return ref left;
        return ref right;
    }

    public static void Chains(Trace t)
    {
        int[] a = [1, 2, 3];
        Pick(a, 0) = 10;
        Through(a, 1) += W.Id(5);
        Through(a, W.Id(2)) *= Pick(a, 0);
        t.Add(a);
    }

    public static void OfParameters(Trace t)
    {
        int x = 1, y = 2;
        Larger(ref x, ref y) = W.Id(-5);
        Larger(ref x, ref y) += W.Id(100);
        string s = "a", u = "b";
        Larger(ref s, ref Larger(ref u, ref s)) = W.Id("z");
        t.Add($"{x} {y} {s} {u}");
    }

    public static void HeldInALoop(Trace t)
    {
        int[] a = [0, 0, 0, 0];
        for (int i = 0; i < a.Length; i++)
        {
            ref int slot = ref Pick(a, i);
            for (int k = 0; k < 3; k++) slot += W.Id(k + i);
        }
        t.Add(a);
    }

    private static Span<byte> Chunk(byte[] buffer, int start, int length)
    {
        W.Wait();
        return buffer.AsSpan(start, W.Id(length));
    }

    private static ReadOnlySpan<char> Word(ReadOnlySpan<char> text)
    {
        W.Wait();
        int end = text.IndexOf(' ');
        return end < 0 ? text : text[..W.Id(end)];
    }

    public static void Spans(Trace t)
    {
        byte[] buffer = new byte[6];
        Span<byte> chunk = Chunk(buffer, 1, 3);
        for (int i = 0; i < chunk.Length; i++)
        {
            W.Wait();
            chunk[i] = (byte)W.Id(i + 1);
        }
        t.Add(buffer);
        ReadOnlySpan<char> rest = "one two three";
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<char> word = Word(rest);
            rest = rest[word.Length..].TrimStart(' ');
            t.Add(word.ToString());
            W.Wait();
        }
    }

    public static void Fails(Trace t)
    {
        int[] a = [1];
        try
        {
            Pick(a, 5) = 1;
        }
        catch (IndexOutOfRangeException)
        {
            t.Log("out of range");
        }
        try
        {
            Failing(a)++;
        }
        catch (CorpusException e)
        {
            t.Caught(e);
            t.Add(a);
        }
    }

    private static ref int Failing(int[] a)
    {
        try
        {
            Pick(a, 0) = 7;
            W.Fail("no reference");
            return ref a[0];
        }
        finally
        {
            W.Wait();
            a[0]++;
        }
    }

    private interface IGrid
    {
        ref int this[int x, int y] { get; }

        ref readonly int First { get; }
    }

    private class Grid : IGrid
    {
        protected readonly int[] Cells = new int[4];

        public virtual ref int this[int x, int y]
        {
            get
            {
                W.Wait();
                return ref Cells[W.Id(x) + 2 * y];
            }
        }

        public ref readonly int First
        {
            get
            {
                W.Wait();
                return ref Cells[0];
            }
        }

        public override string ToString() => string.Join(",", Cells);
    }

    private sealed class LoudGrid(Trace t) : Grid
    {
        public override ref int this[int x, int y]
        {
            get
            {
                t.Log($"at {W.Id(x)} {y}");
                return ref base[x, y];
            }
        }
    }

    public static void VirtualAndInterface(Trace t)
    {
        foreach (Grid grid in new[] { new Grid(), new LoudGrid(t) })
        {
            grid[0, 1] = 5;
            grid[1, 1]++;
            ((IGrid)grid)[1, 0] += 3;
            int value = ((IGrid)grid).First + W.Id(1);
            t.Add(value);
            t.Add(grid.ToString());
        }
    }

    private delegate ref int Finder(int[] a);

    public static void Delegates(Trace t)
    {
        int[] a = [1, 2, 3];
        int at = W.Id(1);
        Finder find = all =>
        {
            W.Wait();
            return ref all[at];
        };
        find(a) = 9;
        find(a)++;
        t.Add(a);
    }

    private struct Counter
    {
        public int Value;

        [System.Diagnostics.CodeAnalysis.UnscopedRef]
        public ref int Slot()
        {
            Value++;
            W.Wait();
            return ref Value;
        }
    }

    public static void IntoAStruct(Trace t)
    {
        var counter = new Counter();
        counter.Slot() += W.Id(10);
        counter.Slot()++;
        t.Add(counter.Value);
        Counter[] all = [new(), new()];
        all[W.Id(1)].Slot() += W.Id(4);
        t.Add(all[1].Value);
    }

    private struct Wide
    {
        public long A;
        public string? B;
    }

    private sealed class Holder
    {
        private Wide _value;

        public ref Wide Value => ref _value;
    }

    private static void Set(ref Wide wide, long a, string b)
    {
        W.Wait();
        if (Unsafe.IsNullRef(ref wide)) return;
        wide.A += W.Id(a);
        wide.B = W.Id(b);
    }

    public static void OfFieldsOfObjects(Trace t)
    {
        var holder = new Holder();
        Set(ref holder.Value, 1, "x");
        ref Wide held = ref holder.Value;
        W.Wait();
        held.A += W.Id(10);
        Set(ref held, 100, "y");
        t.Add($"{holder.Value.A} {W.Id(held).B}");
        Holder? none = null;
        try
        {
            Set(ref none!.Value, 1, "z");
        }
        catch (NullReferenceException)
        {
            t.Add("none");
        }
    }

    public static void NullReferences(Trace t)
    {
        Set(ref Unsafe.NullRef<Wide>(), 1, "x");
        ref Wide wide = ref Unsafe.NullRef<Wide>();
        W.Wait();
        t.Add(Unsafe.IsNullRef(ref wide));
        var holder = new Holder();
        wide = ref holder.Value;
        Set(ref wide, 5, "y");
        t.Add($"{holder.Value.A} {holder.Value.B}");
    }

    private interface IPaired
    {
        ref readonly (int Left, int Right) Pair { get; }
    }

    // its getter is virtual, because the interface's is, and final
    private class Paired : IPaired
    {
        private (int, int) _pair = (3, 4);

        public ref readonly (int Left, int Right) Pair => ref _pair;

        public void Change() => _pair = (30, 40);
    }

    public static void OfAPropertyThatImplementsAnInterface(Trace t)
    {
        var holder = new Paired();
        ref readonly (int Left, int Right) pair = ref holder.Pair;
        t.Add(W.Id(1) + pair.Left);
        holder.Change();
        t.Add(W.Id(2) + pair.Right);
    }
}
