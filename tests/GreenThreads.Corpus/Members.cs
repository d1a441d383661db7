namespace GreenThreads.Corpus;

/// <summary>Properties, indexers, events, operators and conversions.</summary>
public static class Members
{
    private class Settings
    {
        private readonly Dictionary<string, int> _values = [];
        private int _reads;

        public int Reads
        {
            get
            {
                W.Wait();
                return _reads;
            }

            private set
            {
                W.Wait();
                _reads = value;
            }
        }

        public int this[string key]
        {
            get
            {
                Reads++;
                return _values.TryGetValue(key, out int value) ? value : W.Id(0);
            }

            set
            {
                W.Wait();
                _values[key] = value;
            }
        }

        public string this[int a, int b = 5]
        {
            get => W.Id(a + "," + b);
        }

        public static int Shared
        {
            get => W.Id(field);
            set => field = W.Id(value);
        }

        public int Auto { get; set; }

        public int Clamped
        {
            get => W.Id(field);
            set => field = Math.Clamp(W.Id(value), 0, 10);
        }
    }

    public static void Properties(Trace t)
    {
        var s = new Settings();
        s.Clamped = 50;
        t.Add(s.Clamped);
        s.Clamped -= 3;
        t.Add(s.Clamped++ + ++s.Clamped);
        Settings.Shared = W.Id(4);
        Settings.Shared += Settings.Shared;
        t.Add(Settings.Shared);
        s.Auto = W.Id(3);
        s.Auto += W.Id(s.Auto);
        t.Add(s.Auto);
    }

    public static void Indexers(Trace t)
    {
        var s = new Settings();
        s["a"] = W.Id(1);
        s[W.Id("a")] += s["a"] + W.Id(10);
        s["b"]++;
        t.Add(s["a"]);
        t.Add(s["b"]);
        t.Add(s.Reads);
        t.Add(s[W.Id(1)] + s[1, W.Id(2)]);
    }

    private sealed class Money(decimal amount)
    {
        public decimal Amount { get; } = amount;

        public static Money operator +(Money a, Money b) => new(W.Id(a.Amount) + W.Id(b.Amount));

        public static Money operator -(Money a) => new(-W.Id(a.Amount));

        public static Money operator *(Money a, int n)
        {
            W.Wait();
            return new Money(a.Amount * n);
        }

        public static bool operator >(Money a, Money b) => W.Id(a.Amount) > b.Amount;

        public static bool operator <(Money a, Money b) => W.Id(a.Amount) < b.Amount;

        public static bool operator true(Money a) => W.Id(a.Amount) != 0;

        public static bool operator false(Money a) => W.Id(a.Amount) == 0;

        public static Money operator &(Money a, Money b) => new(W.Id(Math.Min(a.Amount, b.Amount)));

        public static Money operator ++(Money a) => new(W.Id(a.Amount) + 1);

        public static implicit operator Money(int n) => W.Id(new Money(n));

        public static explicit operator int(Money m) => (int)W.Id(m.Amount);

        public static Money operator checked +(Money a, int n) => throw new CorpusException(W.Id("checked"));

        public static Money operator +(Money a, int n) => new(a.Amount + W.Id(n));

        public override string ToString() => "$" + Amount;
    }

    public static void Operators(Trace t)
    {
        Money m = 5;
        Money sum = m + new Money(2.5m) * W.Id(2) + -new Money(1);
        t.Add(sum.ToString());
        t.Add(sum > m);
        t.Add(sum < m);
        sum++;
        sum += 7;
        t.Add((int)sum);
        if (sum && new Money(0)) t.Log("both");
        else t.Log("not both");
        try
        {
            t.Add(checked(sum + 1).ToString());
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    private readonly struct Complex(double re, double im)
    {
        public readonly double Re = re, Im = im;

        public static Complex operator +(Complex a, Complex b) => W.Id(new Complex(a.Re + b.Re, a.Im + b.Im));

        public static Complex operator *(Complex a, Complex b)
        {
            double re = a.Re * b.Re - a.Im * b.Im;
            W.Wait();
            return new Complex(re, a.Re * b.Im + a.Im * b.Re);
        }

        public static implicit operator Complex(double d) => W.Id(new Complex(d, 0));

        public static bool operator ==(Complex a, Complex b) => W.Id(a.Re) == b.Re && W.Id(a.Im) == b.Im;

        public static bool operator !=(Complex a, Complex b) => !(a == b);

        public override bool Equals(object? o) => o is Complex c && c == this;

        public override int GetHashCode() => 0;
    }

    public static void StructOperators(Trace t)
    {
        Complex i = new(0, 1);
        Complex c = i * i + 2.0 * i + 1;
        t.Add(c.Re);
        t.Add(c.Im);
        t.Add(c == new Complex(0, 2));
        t.Add(c != i);
    }

    private sealed class Source
    {
        private Action<string>? _handlers;

        public event Action<string>? Named
        {
            add
            {
                W.Wait();
                _handlers = (Action<string>?)Delegate.Combine(_handlers, value);
                Log += "+";
            }

            remove
            {
                W.Wait();
                _handlers = (Action<string>?)Delegate.Remove(_handlers, value);
                Log += "-";
            }
        }

        public string Log { get; private set; } = "";

        public void Raise(string s) => _handlers?.Invoke(W.Id(s));
    }

    public static void CustomEvents(Trace t)
    {
        var source = new Source();
        Action<string> handler = s => t.Log(W.Id(s));
        source.Named += handler;
        source.Raise("one");
        source.Named -= handler;
        source.Raise("two");
        t.Add(source.Log);
    }

    private static int Extended(this int n) => W.Id(n) + 1;

    extension(string s)
    {
        private string Doubled => W.Id(s) + s;

        private string Times(int n)
        {
            string r = "";
            for (int i = 0; i < n; i++) r += W.Id(s);
            return r;
        }
    }

    public static void Extensions(Trace t)
    {
        t.Add(W.Id(1).Extended().Extended());
        t.Add("ab".Doubled);
        t.Add("ab".Times(3));
    }

    private record Person(string Name, int Age)
    {
        public string Upper => W.Id(Name).ToUpperInvariant();

        public virtual string Title(string prefix) => prefix + W.Id(Name);
    }

    private sealed record Employee(string Name, int Age, string Job) : Person(Name, Age)
    {
        public int Salary { get; init; } = W.Id(100);

        public override string Title(string prefix) => base.Title(prefix) + W.Id("/" + Job);
    }

    public static void Records(Trace t)
    {
        var p = new Person(W.Id("ann"), W.Id(30));
        Person older = p with { Age = W.Id(31) };
        t.Add(older.ToString());
        t.Add(p == W.Id(older));
        t.Add(p with { Age = W.Id(31) } == older);
        Person e = new Employee("bob", W.Id(20), "dev") { Salary = W.Id(5) };
        t.Add(e.Title("mr "));
        t.Add((e with { Name = W.Id("rob") }).ToString());
        var (name, age) = W.Id(p);
        t.Add(name + age + p.Upper);
    }

    private record struct Pair(int A, string B);

    private readonly record struct Money2(decimal Amount, string Currency)
    {
        public static Money2 operator +(Money2 a, Money2 b) => a with { Amount = W.Id(a.Amount) + b.Amount };
    }

    public static void RecordStructs(Trace t)
    {
        var p = new Pair(W.Id(1), "b");
        Pair q = p with { B = W.Id("c") };
        q.A += W.Id(5);
        t.Add(q);
        t.Add(p == q);
        t.Add(new Money2(1, "e") + new Money2(2, "e"));
    }

    public static void AccessorsThatThrow(Trace t)
    {
        var f = new Failing();
        try
        {
            f.Value = W.Id(1);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        try
        {
            t.Add(f.Value);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    private sealed class Failing
    {
        public int Value
        {
            get => W.Fail<int>("get");
            set => W.Fail("set " + value);
        }
    }

    private class CollectionWithAdd : System.Collections.IEnumerable
    {
        public readonly List<string> Items = [];

        public void Add(string s)
        {
            W.Wait();
            Items.Add(s);
        }

        public void Add(string s, int n) => Items.Add(W.Id(s) + n);

        public System.Collections.IEnumerator GetEnumerator() => Items.GetEnumerator();
    }

    public static void CollectionInitialisers(Trace t)
    {
        var c = new CollectionWithAdd { "a", { "b", W.Id(2) }, W.Id("c") };
        t.Add(c.Items);
    }

    public static void CollectionExpressions(Trace t)
    {
        int[] a = [W.Id(1), 2];
        List<int> b = [.. a, W.Id(3), .. W.Id(a)];
        t.Add(b);
        IEnumerable<string> c = [W.Id("x"), "y"];
        t.Add(c);
        HashSet<int> set = [1, W.Id(1), 2];
        t.Add(set.Count);
        IReadOnlyList<object> mixed = [W.Id(1), W.Id("s"), .. b];
        t.Add(mixed);
        Dictionary<int, string> d = new() { [W.Id(1)] = "one" };
        t.Add(d.Count);
    }

    public static void CollectionExpressionOfSpan(Trace t)
    {
        ReadOnlySpan<int> s = [1, W.Id(2), 3];
        int sum = 0;
        foreach (int n in s) sum += n;
        t.Add(sum);
    }

    private sealed class Primary(string name, int n)
    {
        private readonly string _copy = name + W.Id(n);

        public string Next() => _copy + W.Id(++n);

        public string Both
        {
            get
            {
                W.Wait();
                return name + n;
            }
        }
    }

    public static void PrimaryConstructors(Trace t)
    {
        var p = new Primary(W.Id("p"), 1);
        t.Add(p.Next() + p.Next() + p.Both);
    }

    private interface IHasStatic
    {
        static int Counter { get; set; }

        static int Next()
        {
            Counter = W.Id(Counter) + 1;
            return Counter;
        }
    }

    public static void StaticMembersOfInterfaces(Trace t)
    {
        t.Add(IHasStatic.Next());
        t.Add(IHasStatic.Next());
        IHasStatic.Counter = 0;
    }

    public static void IndexAndRange(Trace t)
    {
        int[] a = [1, 2, 3, 4, 5];
        t.Add(a[^W.Id(1)]);
        t.Add(a[W.Id(1)..^W.Id(1)]);
        Index i = W.Id(^2);
        W.Wait();
        t.Add(a[i]);
        Range r = W.Id(1..3);
        W.Wait();
        t.Add(a[r]);
        var list = new List<int>(a);
        t.Add(list[^W.Id(2)]);
    }
}
