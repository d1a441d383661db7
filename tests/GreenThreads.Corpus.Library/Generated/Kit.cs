namespace GreenThreads.Corpus.Generated;

/// <summary>Static methods that generated programs call.</summary>
public static class Kit
{
    private const int MaxText = 12;

    /// <summary>Keeps texts short.</summary>
    public static string Cut(string s) => s.Length > MaxText ? s[..MaxText] : s;

    /// <summary>A generic method.</summary>
    public static T Pick<T>(T a, T b, bool first)
    {
        W.Wait();
        return first ? a : b;
    }

    /// <summary>A generic method on a struct and on a class.</summary>
    public static string Generic<T>(string s, T value) => Cut(W.Id(value) + s);

    /// <summary>Throws when divided by zero, after two waits.</summary>
    public static int Divide(int a, int b) => a == int.MinValue ? 0 : W.Id(a) / W.Id(b);

    /// <summary>A nullable result.</summary>
    public static int? Maybe(int n) => W.Id(n) % 2 == 0 ? n : null;

    /// <summary>A params collection.</summary>
    public static int Sum(params ReadOnlySpan<int> all)
    {
        int sum = 0;
        foreach (int n in all) sum += W.Id(n);
        return sum;
    }

    /// <summary>A params array.</summary>
    public static string Join(string with, params object?[] all) => Cut(W.Id(string.Join(with, all)));

    /// <summary>A span that is changed across waits.</summary>
    public static int Rotate(Span<int> span)
    {
        if (span.Length == 0) return 0;
        int first = span[0];
        for (int i = 1; i < span.Length; i++) span[i - 1] = W.Id(span[i]);
        span[^1] = first;
        W.Wait();
        return span[0];
    }

    /// <summary>A reference parameter.</summary>
    public static int Increment(ref int n)
    {
        n++;
        W.Wait();
        return n++;
    }

    /// <summary>Two references, perhaps to the same variable.</summary>
    public static int Swap(ref int a, ref int b)
    {
        int old = a;
        a = W.Id(b);
        b = W.Id(old);
        return a - b;
    }

    /// <summary>An out parameter that is set before a wait.</summary>
    public static bool TryHalf(int n, out int half)
    {
        half = n / 2;
        W.Wait();
        half++;
        return n % 2 == 0;
    }

    /// <summary>A read-only reference that is read after a wait.</summary>
    public static int Length(in Value value)
    {
        W.Wait();
        return value.T.Length + value.C;
    }

    /// <summary>A reference that comes back.</summary>
    public static ref int Larger(ref int a, ref int b)
    {
        W.Wait();
        return ref a > b ? ref a : ref b;
    }

    /// <summary>Static abstract members and constrained calls on a struct.</summary>
    public static int Add<T>(int a, int b) where T : struct, ISum<T>
    {
        T sum = T.Of(a) + T.Of(b);
        int first = sum.Read();
        return first + sum.Read();
    }

    /// <summary>Calls a delegate twice.</summary>
    public static T Twice<T>(Func<T, T> f, T value) => f(f(value));

    /// <summary>A delegate that calls two others.</summary>
    public static Func<T, T> Compose<T>(Func<T, T> f, Func<T, T> g) => x => g(W.Id(f(x)));

    /// <summary>An interpolated string handler.</summary>
    public static string Format(Template template)
    {
        string text = template.Text;
        W.Wait();
        return Cut(text);
    }

    /// <summary>An array that is passed on.</summary>
    public static int[] List(int[] items) => W.Id(items);

    /// <summary>A buffer inside a variable.</summary>
    public static int Inline(int n)
    {
        var four = new Four();
        for (int i = 0; i < 4; i++) four[i] = W.Id(n + i);
        return four[0] ^ four[3];
    }

    /// <summary>Deep recursion that throws at the bottom if told so.</summary>
    public static int Deep(int depth, bool fail)
    {
        if (depth > 0) return Deep(depth - 1, fail) + 1;
        W.Wait();
        return fail ? throw new CorpusException("bottom") : 0;
    }

    /// <summary>The sum of the first items of a sequence, which is left then.</summary>
    public static int Take(IEnumerable<int> items, int most)
    {
        int sum = 0;
        foreach (int item in items)
        {
            sum = unchecked(sum * 3 + item);
            if (--most <= 0) break;
        }
        return sum;
    }

    /// <summary>The same by hand.</summary>
    public static int Take(IEnumerator<int> items, int most)
    {
        using (items)
        {
            int sum = 0;
            while (most-- > 0 && items.MoveNext()) sum = unchecked(sum * 5 + W.Id(items.Current));
            return sum;
        }
    }

    /// <summary>An iterator that waits, with a finally block.</summary>
    public static IEnumerable<int> Count(Context c, int n)
    {
        try
        {
            for (int i = 0; i < n; i++)
            {
                W.Wait();
                yield return i;
            }
        }
        finally
        {
            c.Add("counted");
        }
    }
}
