using System.Runtime.CompilerServices;
using System.Text;

namespace GreenThreads.Corpus;

/// <summary>Ref structs across waits: as locals, receivers, arguments, enumerators, handlers of interpolated strings.</summary>
public static class RefStructs
{
    private ref struct Tokens(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text;
        private int _count;

        public ReadOnlySpan<char> Current { get; private set; }

        public readonly int Count => W.Id(_count);

        public bool MoveNext()
        {
            W.Wait();
            if (_rest.IsEmpty) return false;
            int end = _rest.IndexOf(',');
            Current = end < 0 ? _rest : _rest[..end];
            W.Wait();
            _rest = end < 0 ? default : _rest[(end + 1)..];
            _count++;
            return true;
        }

        public readonly Tokens GetEnumerator() => this;
    }

    private ref struct Window(Span<int> items)
    {
        private Span<int> _items = items;

        public void Advance()
        {
            W.Wait();
            _items = _items[1..];
        }

        public readonly ref int First => ref _items[0];

        public void Fill(int value)
        {
            for (int i = 0; i < _items.Length; i++) _items[i] = W.Id(value + i);
        }
    }

    private ref struct Totals
    {
        public int Sum;
        public string? Names;
        public (long, DayOfWeek) Pair;

        public void Add(int n)
        {
            W.Wait();
            Sum += n;
            Names += W.Id("n" + n);
            Pair = (Pair.Item1 + n, DayOfWeek.Friday);
        }
    }

    private ref struct Target(ref int value)
    {
        private readonly ref int _value = ref value;

        public void Add(int n)
        {
            _value += n;
            W.Wait();
            _value += n;
        }
    }

    private ref struct Outer(Span<int> items)
    {
        public Totals Totals;
        public Window Window = new(items);
    }

    public static void OfValuesOnly(Trace t)
    {
        Totals totals = default;
        for (int i = 0; i < 3; i++) totals.Add(W.Id(i));
        totals.Sum += W.Id(100);
        Totals copy = totals;
        copy.Add(1);
        t.Add($"{totals.Sum} {totals.Names} {totals.Pair} {copy.Sum} {copy.Names}");
        t.Add(Sum(copy, W.Id(5)));
        Change(ref copy);
        t.Add(copy.Sum);
    }

    private static int Sum(Totals totals, int n)
    {
        totals.Add(n);
        W.Wait();
        return totals.Sum;
    }

    private static void Change(ref Totals totals)
    {
        totals.Add(1000);
        totals.Sum += W.Id(7);
    }

    // The first wait: what is on the stack lies elsewhere after it, and so does not what the property returns a reference into.
    public static void WhatAPropertyReturns(Trace t)
    {
        int[] items = [1, 2, 3];
        var window = new Window(items);
        window.First += W.Id(50);
        t.Add(items);
    }

    [MayPin("the local may be changed through the reference, so it is not known what it points into")]
    public static void WhatIsReachedThroughAReference(Trace t)
    {
        int[] items = [1, 2, 3];
        var window = new Window(items);
        At(ref window) += W.Id(100);
        t.Add(items);
        var copy = new Copy(ref window);
        copy.First += W.Id(1000);
        t.Add(items);
    }

    private static ref int At(ref Window window) => ref window.First;

    private readonly ref struct Copy(ref Window window)
    {
        private readonly Window _window = window;

        public ref int First => ref _window.First;
    }

    public static void OverAnArray(Trace t)
    {
        int[] items = [0, 0, 0, 0];
        var window = new Window(items);
        window.Fill(1);
        window.Advance();
        window.First += W.Id(50);
        Window later = window;
        later.Advance();
        later.Fill(W.Id(7));
        window.First++;
        t.Add(items);
    }

    public static void OverALocal(Trace t)
    {
        int n = 1;
        var target = new Target(ref n);
        target.Add(W.Id(5));
        W.Wait();
        target.Add(6);
        t.Add(n);
        int[] a = [1, 2];
        new Target(ref a[W.Id(1)]).Add(W.Id(3));
        t.Add(a);
    }

    private ref struct Letters(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text;
        private int _count;

        public readonly int Count => W.Id(_count);

        public bool Next(out char letter)
        {
            letter = '-';
            W.Wait();
            if (_rest.IsEmpty) return false;
            letter = W.Id(_rest[0]);
            _rest = _rest[1..];
            _count++;
            return true;
        }

        public readonly int CountOf(char wanted)
        {
            int n = 0;
            foreach (char c in _rest)
            {
                if (W.Id(c) == wanted) n++;
            }
            return n;
        }
    }

    private static string CountLetters(ReadOnlySpan<char> text, int skip)
    {
        var letters = new Letters(text);
        var all = new StringBuilder();
        while (letters.Next(out char letter))
        {
            W.Wait();
            if (letters.Count > skip) all.Append(W.Id(letter)).Append(letters.CountOf('b'));
        }
        return all.Append(letters.Count).Append(text.Length).ToString();
    }

    private static int Rest(Letters letters)
    {
        letters.Next(out _);
        int n = letters.CountOf('b');
        return n * 10 + W.Id(letters.Count);
    }

    public static void HandedOnByValue(Trace t)
    {
        var letters = new Letters("bbb");
        letters.Next(out _);
        t.Add(Rest(letters));
        t.Add(Rest(letters));
        t.Add(letters.Count);
    }

    [MayPin("two references in one ref struct, one of them assigned by a property")]
    public static void WithAPropertyOfItsOwn(Trace t) => t.Add(CountTokens("a,bb,ccc", 2));

    public static void OverAParameter(Trace t)
    {
        t.Add(CountLetters("abcb", 2));
        int x = 3;
        AddTo(ref x, 4);
        t.Add(x);
    }

    private static string CountTokens(ReadOnlySpan<char> text, int skip)
    {
        var tokens = new Tokens(text);
        var all = new StringBuilder();
        while (tokens.MoveNext())
        {
            W.Wait();
            if (tokens.Count > skip) all.Append('!');
            foreach (char c in tokens.Current) all.Append(W.Id(c)).Append('.');
        }
        return all.Append(tokens.Count).ToString();
    }

    private static void AddTo(ref int value, int n)
    {
        var target = new Target(ref value);
        target.Add(W.Id(n));
        W.Wait();
        target.Add(1);
    }

    [MayPin("two references in one ref struct, one of them assigned by a property")]
    public static void Enumerator(Trace t)
    {
        foreach (ReadOnlySpan<char> token in new Tokens("x,yy,zzz")) t.Add(token.Length + W.Id(0));
    }

    [MayPin("a ref struct within that is made by another constructor")]
    public static void Nested(Trace t)
    {
        int[] items = [1, 2, 3];
        var outer = new Outer(items);
        outer.Totals.Add(5);
        outer.Window.Fill(W.Id(9));
        t.Add(items);
        t.Add(outer.Totals.Sum);
    }

    private ref struct Numbers(int count)
    {
        private int _at = -1;

        public readonly int Current => _at;

        public bool MoveNext()
        {
            W.Wait();
            return ++_at < count;
        }

        public void Dispose() => W.Wait();

        public readonly Numbers GetEnumerator() => this;
    }

    public static void EnumeratorOfValues(Trace t)
    {
        foreach (int n in new Numbers(3))
        {
            t.Add(W.Id(n));
            if (n == 1) continue;
            foreach (int m in new Numbers(n)) t.Add(W.Id(m) * 10);
        }
        using var disposed = new Numbers(1);
        t.Add(W.Id("in using"));
    }

    [InterpolatedStringHandler]
    public ref struct Loud(int literals, int holes, Trace trace)
    {
        private readonly StringBuilder _text = new(literals + holes);

        public readonly void AppendLiteral(string s) => _text.Append(s.ToUpperInvariant());

        public readonly void AppendFormatted<T>(T value)
        {
            W.Wait();
            trace.Log("hole " + value);
            _text.Append('<').Append(value).Append('>');
        }

        public override readonly string ToString() => _text.ToString();
    }

    private static string Shout(Trace trace, [InterpolatedStringHandlerArgument(nameof(trace))] Loud text)
    {
        W.Wait();
        return text.ToString();
    }

    private static string ShoutByReference(Trace trace, [InterpolatedStringHandlerArgument(nameof(trace))] ref Loud text)
    {
        W.Wait();
        return text.ToString() + W.Id("!");
    }

    public static void InterpolatedStringHandlers(Trace t)
    {
        t.Add(Shout(t, $"a{W.Id(1)}b{W.Id("two")}{W.Id(3.5)}"));
        t.Add(ShoutByReference(t, $"{W.Id(1)}c"));
    }

    public static void ThatFail(Trace t)
    {
        int[] items = [1];
        var window = new Window(items);
        try
        {
            window.Advance();
            window.Advance();
            W.Fail("not reached");
        }
        catch (ArgumentOutOfRangeException)
        {
            t.Log("out of range");
        }
        t.Add(items);
    }

    private ref struct Early
    {
        public Span<int> Items;
        public int Length;

        public Early(Span<int> items)
        {
            Items = items;
            W.Wait();
            Length = items.Length;
        }

        public Early(Span<int> items, int skipped)
            : this(items[W.Id(skipped)..])
        {
            W.Wait();
        }

        public int Take()
        {
            Items[0] += W.Id(Length);
            return Items[0];
        }
    }

    private ref struct EarlyReference
    {
        public ref int Value;

        public EarlyReference(ref int value)
        {
            Value = ref value;
            W.Wait();
            Value++;
        }
    }

    public static void ConstructorsThatWaitAfterTheyHaveStoredAReference(Trace t)
    {
        int[] items = [1, 2, 3];
        var whole = new Early(items);
        t.Add(whole.Take());
        var part = new Early(items.AsSpan(1), 1);
        t.Add(part.Take());
        t.Add(new Early(items).Take());
        t.Add(string.Join(',', items));
        int value = 5;
        var reference = new EarlyReference(ref value);
        reference.Value += W.Id(2);
        t.Add(value);
        var ofElement = new EarlyReference(ref items[W.Id(1)]);
        ofElement.Value += W.Id(20);
        t.Add(string.Join(',', items));
    }

    public static void ConstructorsThatWaitInALoop(Trace t)
    {
        int[][] rows = [[1, 2], [3], [4, 5, 6]];
        foreach (int[] row in rows)
        {
            try
            {
                var early = new Early(row, row.Length - 1);
                t.Add(early.Take());
                early = new Early(row);
                t.Add(early.Take());
                if (row.Length == 1) early = new Early(row, 2);
            }
            catch (ArgumentOutOfRangeException)
            {
                t.Add("too far");
            }
        }
        t.Add(string.Join(',', rows.SelectMany(r => r)));
    }
}
