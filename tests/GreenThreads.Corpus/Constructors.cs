namespace GreenThreads.Corpus;

/// <summary>Constructors that wait.</summary>
public static class Constructors
{
    private class Waits
    {
        public readonly int Field = W.Id(1);
        public readonly string Text;
        private readonly List<int> _list = new() { W.Id(7) };

        public Waits(string text)
        {
            W.Wait();
            Text = W.Id(text) + Field;
            _list.Add(W.Id(8));
        }

        public int Count => _list.Count;
    }

    public static void Own(Trace t)
    {
        var w = new Waits("own");
        t.Add(w.Text);
        t.Add(w.Field);
        t.Add(w.Count);
    }

    private sealed class WithCollection
    {
        public readonly List<int> List = [W.Id(7), 8];
        public readonly int[] Array = [W.Id(9)];
    }

    public static void CollectionExpressionInField(Trace t)
    {
        var w = new WithCollection();
        t.Add(w.List);
        t.Add(w.Array);
    }

    public static void PendingStack(Trace t) => t.Add(1 + new Waits("a").Text + W.Id(2) + new Waits(new Waits("b").Text).Text);

    private class Derived : Waits
    {
        public readonly int Own;

        public Derived(int n) : base(W.Id("base" + n))
        {
            W.Wait();
            Own = W.Id(n) + Field;
        }

        public Derived() : this(W.Id(5))
        {
            W.Wait();
            More = W.Id("more");
        }

        public string? More { get; }
    }

    private sealed class MostDerived(int n) : Derived(W.Id(n) * 2)
    {
        public int N = W.Id(n) + 100;

        public int Captured() => W.Id(n);
    }

    public static void Chain(Trace t)
    {
        var d = new Derived();
        t.Add(d.Text + d.Own + d.More);
        var m = new MostDerived(4);
        t.Add(m.Text + m.Own + "," + m.N + "," + m.Captured());
    }

    public static void OrderOfInitialisation(Trace t)
    {
        var o = new OrderDerived(t);
        t.Add(o.Done);
    }

    private class OrderBase
    {
        private readonly int _a;

        public OrderBase(Trace t, int n)
        {
            _a = t.Seen(W.Id(n));
            t.Log("base body");
            Init(t);
        }

        protected virtual void Init(Trace t) => t.Log("base init");
    }

    private sealed class OrderDerived : OrderBase
    {
        private readonly string _initialised = W.Id("initialised");
        private readonly string? _assigned;

        public OrderDerived(Trace t) : base(t, t.Seen(W.Id(3)))
        {
            t.Log("derived body");
            W.Wait();
            _assigned = "assigned";
            Done = _initialised + _assigned;
        }

        public string Done { get; }

        protected override void Init(Trace t)
        {
            W.Wait();
            t.Log("derived init " + _initialised + (_assigned ?? "-"));
        }
    }

    private sealed class ThrowsLate
    {
        public ThrowsLate(Trace t)
        {
            t.Log("constructing");
            W.Wait();
            throw new CorpusException("constructor");
        }
    }

    public static void ThrowsAfterResume(Trace t)
    {
        try
        {
            var never = new ThrowsLate(t);
            t.Add(never is null);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    private sealed class ThrowsInArgument(Trace t) : Waits(W.Fail<string>("argument"))
    {
        public Trace T = t;
    }

    public static void ThrowsInBaseArgument(Trace t)
    {
        try
        {
            t.Add(new ThrowsInArgument(t).Count);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    private sealed class WithTry
    {
        public readonly string State;

        public WithTry(Trace t)
        {
            State = "none";
            try
            {
                W.Wait();
                State = "try";
                W.Fail("in constructor");
            }
            catch (CorpusException e)
            {
                t.Caught(e);
                State += "+catch";
            }
            finally
            {
                State += "+finally";
            }
        }
    }

    public static void TryInConstructor(Trace t) => t.Add(new WithTry(t).State);

    private struct Point
    {
        public int X, Y;

        public Point(int x, int y)
        {
            X = W.Id(x);
            W.Wait();
            Y = y;
        }
    }

    public static void StructConstructor(Trace t)
    {
        var p = new Point(1, W.Id(2));
        t.Add(p.X * 10 + p.Y);
        Point[] points = [new(3, 4), new(W.Id(5), 6)];
        t.Add(points[1].X + points[0].Y);
        t.Add(Sum(new Point(7, 8), W.Id(1), new Point(9, 10)));
    }

    private static int Sum(Point a, int b, Point c) => a.X + a.Y + b + c.X + c.Y;

    private struct Plain(int x)
    {
        public int X = x;
    }

    public static void StructConstructorWithWaitingArguments(Trace t)
    {
        var p = new Plain(W.Id(5));
        W.Wait();
        t.Add(p.X + new Plain(W.Id(6)).X);
    }

    private sealed class Generic<T>
    {
        public readonly T Value;
        public readonly T[] All;

        public Generic(T value)
        {
            Value = W.Id(value);
            All = [W.Id(value), value];
        }
    }

    public static void GenericConstructor(Trace t)
    {
        t.Add(new Generic<int>(5).All);
        t.Add(new Generic<string>("s").Value);
        t.Add(new Generic<(int, string)>((1, "x")).Value.Item2);
    }

    private sealed class RecursiveNode
    {
        public readonly RecursiveNode? Next;
        public readonly int Depth;

        public RecursiveNode(int depth)
        {
            W.Wait();
            Next = depth > 0 ? new RecursiveNode(depth - 1) : null;
            Depth = depth;
        }
    }

    public static void RecursiveConstructor(Trace t)
    {
        int n = 0;
        for (RecursiveNode? node = new RecursiveNode(30); node is not null; node = node.Next) n += node.Depth;
        t.Add(n);
    }

    public static void FactoryDelegates(Trace t)
    {
        Func<string, Waits> make = s => new Waits(s);
        t.Add(make("x").Text);
        Func<int, Derived> derived = n => new Derived(W.Id(n)) { };
        t.Add(derived(3).Own);
    }

    private sealed class WithRequired
    {
        public required string Name { get; init; }

        public int Number { get; init; } = W.Id(4);

        public List<int> List { get; } = [];
    }

    public static void RequiredAndInit(Trace t)
    {
        var w = new WithRequired { Name = W.Id("n"), List = { W.Id(1) } };
        t.Add(w.Name + w.Number + w.List.Count);
        t.Add(new WithRequired { Number = W.Id(5), Name = "m" }.Number);
    }

    private sealed class LibraryDerived(string text) : NamedBase
    {
        public readonly string Text = W.Id(text);
    }

    public static void DerivedFromLibraryClass(Trace t)
    {
        var d = new LibraryDerived("lib");
        t.Add(d.Text + d.Name());
    }

    private sealed class MyException : CorpusException
    {
        public readonly int Code;

        public MyException(int code) : base(W.Id("code ") + code)
        {
            W.Wait();
            Code = code;
        }
    }

    public static void ExceptionConstructorWaits(Trace t)
    {
        try
        {
            throw new MyException(W.Id(5));
        }
        catch (MyException e)
        {
            t.Caught(e);
            t.Add(e.Code);
        }
    }

    public static void LoopOfConstructors(Trace t)
    {
        var all = new List<Waits>();
        for (int i = 0; i < 5; i++) all.Add(new Waits("w" + W.Id(i)));
        t.Add(string.Join(",", all.Select(w => w.Text)));
    }
}
