using System.Numerics;

namespace GreenThreads.Corpus;

/// <summary>Static abstract and virtual members, called through a type parameter.</summary>
public static class StaticMembersOfInterfaces
{
    private interface IParses<TSelf> where TSelf : IParses<TSelf>
    {
        static abstract TSelf Parse(string text);

        static abstract int Count { get; set; }

        static abstract implicit operator string(TSelf value);

        static abstract bool operator true(TSelf value);

        static abstract bool operator false(TSelf value);

        static virtual T Twice<T>(Func<T> make, ref int calls)
        {
            calls++;
            make();
            W.Wait();
            calls++;
            return make();
        }

        static virtual bool TryParse(string text, out TSelf value)
        {
            value = TSelf.Parse(text);
            W.Wait();
            return true;
        }
    }

    private sealed class Word(string text) : IParses<Word>
    {
        private static int s_count;

        public static Word Parse(string text) => new(W.Id(text));

        public static int Count
        {
            get => W.Id(s_count);
            set
            {
                W.Wait();
                s_count = value;
            }
        }

        public static implicit operator string(Word value) => value.ToString();

        public static bool operator true(Word value) => W.Id(true);

        public static bool operator false(Word value) => W.Id(false);

        public override string ToString() => text;
    }

    private struct Number : IParses<Number>
    {
        private int _value;
        private static int s_count;

        static Number IParses<Number>.Parse(string text)
        {
            if (W.Id(text) == "") W.Fail("no number");
            return new Number { _value = text.Length };
        }

        static int IParses<Number>.Count
        {
            get => W.Id(s_count);
            set => s_count = W.Id(value);
        }

        public static implicit operator string(Number value) => "n" + W.Id(value._value);

        public static bool operator true(Number value) => W.Id(value._value) > 2;

        public static bool operator false(Number value) => W.Id(value._value) <= 2;

        static bool IParses<Number>.TryParse(string text, out Number value)
        {
            value = default;
            value._value = W.Id(99);
            return W.Id(false);
        }
    }

    private static string Use<T>(string text) where T : IParses<T>
    {
        T value = T.Parse(text);
        T.Count += 1;
        T.Count++;
        int calls = 0;
        string twice = T.Twice(() => W.Id("x"), ref calls);
        bool parsed = T.TryParse(text, out T other);
        return $"{(string)value} {T.Count} {twice} {calls} {parsed} {(string)other} {(value ? "yes" : "no")}";
    }

    public static void MethodsPropertiesAndOperators(Trace t)
    {
        t.Add(Use<Word>("abc"));
        t.Add(Use<Number>("ab"));
        t.Add(Use<Number>("abc"));
    }

    public static void Fails(Trace t)
    {
        try
        {
            t.Add(Use<Number>(""));
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void AsDelegate(Trace t)
    {
        t.Add(Parser<Word>()("w").ToString());
        t.Add(Parser<Number>()("123") ? 1 : 2);
    }

    private static Func<string, T> Parser<T>() where T : IParses<T> => T.Parse;

    private readonly record struct Length(int Value) : IAdditionOperators<Length, Length, Length>, IAdditiveIdentity<Length, Length>
    {
        public static Length AdditiveIdentity => W.Id(new Length(0));

        public static Length operator +(Length left, Length right) => new(W.Id(left.Value) + right.Value);
    }

    private static T Sum<T>(ReadOnlySpan<T> items) where T : IAdditionOperators<T, T, T>, IAdditiveIdentity<T, T>
    {
        T sum = T.AdditiveIdentity;
        foreach (T item in items) sum += item;
        return sum;
    }

    public static void FrameworkOperators(Trace t)
    {
        Length[] lengths = [new(1), new(2), new(3)];
        t.Add(Sum<Length>(lengths).Value);
        t.Add(Sum<int>([1, 2, 3]));
    }

    private class Nested<T>
    {
        public static string Both<TParsed>() where TParsed : IParses<TParsed> => typeof(T).Name + (string)TParsed.Parse("zz");
    }

    public static void InSharedGenericCode(Trace t)
    {
        t.Add(Nested<string>.Both<Word>());
        t.Add(Nested<object>.Both<Number>());
        t.Add(Nested<int>.Both<Word>());
    }
}
