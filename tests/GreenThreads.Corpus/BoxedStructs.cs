namespace GreenThreads.Corpus;

/// <summary>Struct methods that wait, called on a box or constrained: <c>this</c> is a reference into something.</summary>
public static class BoxedStructs
{
    private interface ITally
    {
        int Count { get; }

        int Add(int by);

        T Keep<T>(T value);

        int AddTwice(int by) => Add(by) + W.Id(0) + Add(by);
    }

    private struct Tally(int start) : ITally, IEquatable<Tally>
    {
        private int _now = start;

        public readonly int Count => W.Id(_now);

        public int Add(int by)
        {
            _now += by;
            for (int i = 0; i < 3; i++)
            {
                W.Wait();
                _now++;
            }
            return _now;
        }

        public T Keep<T>(T value)
        {
            _now++;
            W.Wait();
            _now++;
            return W.Id(value);
        }

        public bool Equals(Tally other) => W.Id(_now) == other._now;

        public override bool Equals(object? other) => other is Tally tally && Equals(tally);

        public override int GetHashCode() => W.Id(_now);

        public override string ToString() => $"tally {W.Id(_now)}";
    }

    private struct Generic<T>(T value) : ISource<T>
    {
        private int _calls;

        public T Next()
        {
            _calls++;
            W.Wait();
            if (_calls == 2) W.Fail("second");
            return value;
        }
    }

    private interface IMixer
    {
        int Mix<T>(ref T into, Span<int> all) where T : struct, ITally;

        bool TryMix(int from, out string result);
    }

    private readonly struct Mixer(int[] weights, int offset) : IMixer
    {
        public int Mix<T>(ref T into, Span<int> all) where T : struct, ITally
        {
            if (weights is null) return -1;
            for (int i = 0; i < weights.Length; i++) all[i] = into.Add(weights[i]) + offset;
            return W.Id(offset);
        }

        public bool TryMix(int from, out string result)
        {
            result = "none";
            if (W.Id(from) < 0) return false;
            result = $"{W.Id(from + offset)}";
            if (from == 3) W.Fail("three");
            return true;
        }
    }

    public static void ThroughAnInterface(Trace t)
    {
        ITally tally = new Tally(3);
        t.Add(tally.Add(10));
        t.Add(tally.Count);
        t.Add(tally.Keep("kept"));
        t.Add(tally.Keep(5L));
        t.Add(((Tally)tally).Count);
    }

    public static void TheBoxIsReplacedMeanwhile(Trace t)
    {
        ITally tally = new Tally(1);
        t.Add(tally.Add(Replace(ref tally)));
        t.Add(tally.Count);
    }

    private static int Replace(ref ITally tally)
    {
        tally = new Tally(W.Id(100));
        return 7;
    }

    // The caller hands the references in again: to the method on the box that it called before.
    public static void TheBoxTakesReferences(Trace t)
    {
        IMixer mixer = new Mixer([1, 2, 3], 10);
        var tally = new Tally(5);
        int[] all = new int[3];
        t.Add(mixer.Mix(ref tally, all));
        t.Add(MixBelow(mixer, ref tally, all));
        t.Add(tally.Count);
        t.Add(string.Join(",", all));
        for (int i = -1; i < 2; i++) t.Add(mixer.TryMix(i, out string result) + result);
        try
        {
            mixer.TryMix(3, out string _);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    private static int MixBelow(IMixer mixer, ref Tally tally, Span<int> all)
    {
        W.Wait();
        return mixer.Mix(ref tally, all);
    }

    public static void ObjectMembersOnABox(Trace t)
    {
        object box = new Tally(4);
        t.Add(box.ToString());
        t.Add(box.GetHashCode());
        t.Add(box.Equals(new Tally(4)));
        t.Add(box.Equals(new Tally(5)));
        t.Add(((IEquatable<Tally>)box).Equals(new Tally(4)));
    }

    public static void DefaultMethodOfABox(Trace t)
    {
        ITally tally = new Tally(0);
        t.Add(tally.AddTwice(1));
        t.Add(tally.Count);
    }

    public static void DefaultMethodOfAConstrainedStruct(Trace t)
    {
        var tally = new Tally(0);
        t.Add(AddTwice(ref tally));
        t.Add(tally.Count);
    }

    private static int AddTwice<T>(ref T tally) where T : ITally => tally.AddTwice(1) + tally.Add(W.Id(2));

    public static void ConstrainedOnStructs(Trace t)
    {
        var tally = new Tally(0);
        t.Add(Drive(ref tally));
        t.Add(tally.Count);
        Tally[] many = [new(1), new(2)];
        t.Add(Drive(ref many[W.Id(1)]));
        t.Add(many[1].Count);
    }

    private static string Drive<T>(ref T tally) where T : ITally => tally.Keep("a") + tally.Add(3) + tally.Count;

    public static void GenericStructInABox(Trace t)
    {
        foreach (ISource<string> source in new ISource<string>[] { new Generic<string>("a"), new Generic<string>("b") })
        {
            t.Add(source.Next());
            try
            {
                t.Add(source.Next());
            }
            catch (CorpusException e)
            {
                t.Caught(e);
            }
            t.Add(((ISource<object>)source).Next());
        }
        ISource<int> number = new Generic<int>(6);
        t.Add(number.Next());
    }

    private struct Cursor(int count) : IEnumerator<int>, IEnumerable<int>
    {
        private int _at = -1;

        public readonly int Current => W.Id(_at);

        readonly object System.Collections.IEnumerator.Current => Current;

        public bool MoveNext()
        {
            W.Wait();
            return ++_at < count;
        }

        public void Reset() => _at = -1;

        public void Dispose()
        {
            W.Wait();
            _at = 1000;
        }

        public readonly IEnumerator<int> GetEnumerator() => new Cursor(W.Id(count));

        readonly System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    public static void StructEnumeratorInABox(Trace t)
    {
        IEnumerable<int> all = new Cursor(4);
        foreach (int n in all) t.Add(n);
        t.Add(Total(new Cursor(3)));
    }

    private static int Total<T>(T items) where T : IEnumerable<int>
    {
        int total = 0;
        foreach (int n in items) total += n;
        return total;
    }

    public static void FailsInABox(Trace t)
    {
        ISource<int> source = new Generic<int>(1);
        t.Add(source.Next());
        try
        {
            source.Next();
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        t.Add(source.Next());
    }
}
