using System.Collections;
using System.Collections.Immutable;

namespace GreenThreads.Corpus;

/// <summary>Parameters that take any number of arguments, in every type that C# allows.</summary>
public static class ParamsCollections
{
    private static string Array(string name, params int[] all) => Describe(name, all);

    private static string List(params List<int> all)
    {
        all.Add(W.Id(99));
        return Describe("list", all);
    }

    private static string Enumerable(params IEnumerable<string> all) => Describe("enumerable", all);

    private static string ReadOnly(params IReadOnlyList<object> all) => Describe("read-only", all);

    private static string Immutable(params ImmutableArray<int> all) => Describe("immutable", all);

    private static string Own(params Bag all) => Describe("own", all);

    private static string Span(params Span<int> all)
    {
        int sum = 0;
        for (int i = 0; i < all.Length; i++)
        {
            all[i] *= 2;
            sum += W.Id(all[i]);
        }
        return "span " + sum + " " + all.Length;
    }

    private static string ReadOnlySpan(params ReadOnlySpan<string> all)
    {
        string text = "";
        foreach (string each in all) text += W.Id(each) + ";";
        return text;
    }

    private static string Generic<T>(params ReadOnlySpan<T> all)
    {
        string text = typeof(T).Name;
        foreach (T each in all) text += W.Id(each) + ",";
        return text + all.Length;
    }

    private static string Describe<T>(string name, IEnumerable<T> all)
    {
        string text = name;
        foreach (T each in all) text += " " + W.Id(each);
        return text;
    }

    private sealed class Bag : IEnumerable<int>
    {
        private readonly List<int> _items = [];

        public Bag() => W.Wait();

        public void Add(int item)
        {
            W.Wait();
            _items.Add(item);
        }

        public IEnumerator<int> GetEnumerator() => _items.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class Sum
    {
        public int Value;

        public int this[params ReadOnlySpan<int> all]
        {
            get
            {
                foreach (int each in all) Value += W.Id(each);
                return Value;
            }
        }

        public Sum(params ReadOnlySpan<int> first)
        {
            foreach (int each in first) Value += W.Id(each);
        }
    }

    public static void OfClasses(Trace t)
    {
        t.Add(Array("none"));
        t.Add(Array("some", W.Id(1), 2, W.Id(3)));
        t.Add(Array("own", [4, W.Id(5)]));
        t.Add(List(1, W.Id(2)));
        t.Add(List());
        t.Add(Enumerable("a", W.Id("b")));
        t.Add(ReadOnly(1, W.Id("two"), 3.0));
        t.Add(Immutable(W.Id(1), 2));
        t.Add(Own(W.Id(1), 2, W.Id(3)));
    }

    public static void OfSpans(Trace t)
    {
        t.Add(Span());
        t.Add(Span(1, W.Id(2), 3));
        t.Add(ReadOnlySpan("a", W.Id("b")));
        t.Add(ReadOnlySpan());
        t.Add(Generic(1, W.Id(2)));
        t.Add(Generic("x", W.Id("y"), "z"));
        t.Add(Generic((1, W.Id("pair"))));
        int[] given = [5, 6];
        t.Add(Span(given));
        t.Add(given);
    }

    public static void OfMembers(Trace t)
    {
        var sum = new Sum(W.Id(1), 2);
        t.Add(sum[W.Id(3), 4]);
        t.Add(sum[W.Id(5)] + sum[6, W.Id(7)]);
        Func<string, string> take = s => ReadOnlySpan(s, W.Id("in a lambda"));
        t.Add(take("first"));
    }

    public static void ThatThrowMeanwhile(Trace t)
    {
        try
        {
            t.Add(Span(1, W.Fail<int>("argument"), 3));
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }
}
