namespace GreenThreads.Corpus;

/// <summary>Ordinary library code: generic helpers, iterators, callbacks.</summary>
public static class Helpers
{
    /// <summary>Calls back for each item.</summary>
    public static List<TOut> Map<TIn, TOut>(IEnumerable<TIn> items, Func<TIn, TOut> map)
    {
        var result = new List<TOut>();
        foreach (TIn item in items)
        {
            W.Wait();
            result.Add(map(item));
        }
        return result;
    }

    /// <summary>Folds.</summary>
    public static T Reduce<T>(T[] items, T seed, Func<T, T, T> step)
    {
        for (int i = 0; i < items.Length; i++) seed = step(seed, W.Id(items[i]));
        return seed;
    }

    /// <summary>Returns a delegate.</summary>
    public static Func<TA, TC> Compose<TA, TB, TC>(Func<TA, TB> first, Func<TB, TC> second) => a => second(W.Id(first(a)));

    /// <summary>An iterator that waits.</summary>
    public static IEnumerable<int> Range(int n)
    {
        for (int i = 0; i < n; i++)
        {
            W.Wait();
            yield return i;
        }
    }

    /// <summary>Two enumerators at once.</summary>
    public static IEnumerable<(TA, TB)> Zip<TA, TB>(IEnumerable<TA> a, IEnumerable<TB> b)
    {
        using IEnumerator<TA> left = a.GetEnumerator();
        using IEnumerator<TB> right = b.GetEnumerator();
        while (left.MoveNext() && right.MoveNext()) yield return (W.Id(left.Current), right.Current);
    }

    /// <summary>Calls back until it does not throw.</summary>
    public static T Retry<T>(int attempts, Func<int, T> body, Action<Exception> failed)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return body(attempt);
            }
            catch (CorpusException e) when (attempt < attempts)
            {
                failed(e);
            }
        }
    }

    /// <summary>A generic class with methods that wait.</summary>
    public sealed class Pair<TA, TB>(TA a, TB b)
    {
        /// <summary>The first.</summary>
        public TA First() => W.Id(a);

        /// <summary>The second.</summary>
        public TB Second()
        {
            W.Wait();
            return b;
        }

        /// <summary>Another instantiation.</summary>
        public Pair<TB, TA> Swap() => new(Second(), First());

        /// <summary>A generic method of a generic class.</summary>
        public Pair<TA, TOther> With<TOther>(TOther other) => new(First(), W.Id(other));
    }

    /// <summary>Interface calls on types of other assemblies.</summary>
    public static string NamesOf(IEnumerable<IGreeter> greeters)
    {
        string all = "";
        foreach (IGreeter greeter in greeters) all += greeter.Name() + greeter.Greet() + ";";
        return all;
    }

    /// <summary>A generic interface call.</summary>
    public static int Drain(ISource<int> source)
    {
        int sum = 0;
        while (source.Next() is var n && n > 0) sum += W.Id(n);
        return sum;
    }

    /// <summary>A reference parameter.</summary>
    public static void AddTo(ref int target, int by)
    {
        W.Wait();
        target += by;
    }

    /// <summary>An out parameter.</summary>
    public static bool TryHalf(int n, out int half)
    {
        half = W.Id(n / 2);
        return n % 2 == 0;
    }

    /// <summary>An extension.</summary>
    public static string Twice(this string s) => W.Id(s) + s;

    /// <summary>Throws at the bottom.</summary>
    public static int Depth(int n) => n == 0 ? W.Fail<int>("library depth") : Depth(n - 1) + 1;

    /// <summary>A struct whose operators wait.</summary>
    public readonly record struct Vector(int X, int Y)
    {
        /// <summary>A factory.</summary>
        public static Vector Make(int x, int y) => W.Id(new Vector(x, y));

        /// <summary>An operator.</summary>
        public static Vector operator +(Vector a, Vector b)
        {
            W.Wait();
            return new Vector(a.X + b.X, a.Y + b.Y);
        }
    }

    /// <summary>A constructor that waits and calls a virtual method.</summary>
    public class Waiting
    {
        /// <summary>Waits.</summary>
        public Waiting(string text)
        {
            W.Wait();
            Text = W.Id(text) + Suffix();
        }

        /// <summary>The text.</summary>
        public string Text { get; }

        /// <summary>Overridden elsewhere.</summary>
        protected virtual string Suffix() => W.Id("?");
    }

    /// <summary>An event that is raised here and handled elsewhere.</summary>
    public sealed class Bell
    {
        /// <summary>The event.</summary>
        public event Action<int>? Rang;

        /// <summary>Raises it.</summary>
        public void Ring(int n) => Rang?.Invoke(W.Id(n));
    }
}
