namespace GreenThreads.Corpus;

/// <summary>Interface calls: explicit, default, generic, variant, re-implemented.</summary>
public static class InterfaceCalls
{
    private sealed class Implicit : IGreeter
    {
        public string Name() => W.Id("implicit");
    }

    private sealed class Explicit : IGreeter
    {
        string IGreeter.Name() => W.Id("explicit");

        public string Name() => "not this";
    }

    private sealed class OwnGreet : IGreeter
    {
        public string Name() => W.Id("own");

        public string Greet()
        {
            W.Wait();
            return "own greeting of " + Name();
        }
    }

    public static void ImplicitExplicitDefault(Trace t)
    {
        foreach (IGreeter greeter in new IGreeter[] { new Implicit(), new Explicit(), new OwnGreet() })
        {
            t.Add(greeter.Name());
            t.Add(greeter.Greet());
            t.Add(IGreeter.Shout(greeter));
        }
    }

    private interface IQuiet : IGreeter
    {
        string IGreeter.Greet() => W.Id("psst ") + Name();
    }

    private sealed class Whisperer : IQuiet
    {
        public string Name() => W.Id("whisperer");
    }

    public static void DefaultOverriddenInDerivedInterface(Trace t)
    {
        IGreeter greeter = new Whisperer();
        t.Add(greeter.Greet());
    }

    private sealed class PicksUpBase : NamedBase, IGreeter;

    public static void BaseMethodImplementsInterfaceOfDerived(Trace t)
    {
        IGreeter greeter = new PicksUpBase();
        t.Add(greeter.Name());
        t.Add(greeter.Greet());
        t.Add(new NamedBase().Name());
    }

    private class First : IGreeter
    {
        public virtual string Name() => W.Id("first");
    }

    private class Second : First
    {
        public override string Name() => W.Id("second of ") + base.Name();
    }

    private sealed class Third : Second, IGreeter
    {
        string IGreeter.Name() => W.Id("third");
    }

    public static void Reimplemented(Trace t)
    {
        foreach (First each in new[] { new First(), new Second(), new Third() })
        {
            t.Add(each.Name());
            t.Add(((IGreeter)each).Name());
            t.Add(((IGreeter)each).Greet());
        }
    }

    private sealed class Box<T>(T value) : IBox<T>
    {
        private T _value = value;

        public T Value
        {
            get => W.Id(_value);
            set
            {
                W.Wait();
                _value = value;
            }
        }

        public T this[int index]
        {
            get
            {
                if (index > 0) W.Wait();
                return _value;
            }
        }

        public (T First, TOther Second) Pair<TOther>(TOther other) => (W.Id(_value), W.Id(other));
    }

    public static void GenericInterface(Trace t)
    {
        IBox<int> numbers = new Box<int>(1);
        numbers.Value += 5;
        t.Add(numbers.Value);
        t.Add(numbers[3]);
        t.Add(numbers.Pair("x"));
        IBox<string> texts = new Box<string>("a");
        texts.Value += W.Id("b");
        t.Add(texts.Value);
        t.Add(texts.Pair(2.5));
        t.Add(texts.Pair(texts).First);
    }

    private sealed class Texts : ISource<string>, ISink<object>
    {
        private int _n;

        public string Next() => "text" + W.Id(++_n);

        public string Take(object value) => W.Id("took ") + value;
    }

    public static void Variance(Trace t)
    {
        ISource<object> source = new Texts();
        t.Add(source.Next());
        object o = source.Next();
        t.Add(o);
        ISink<string> sink = new Texts();
        t.Add(sink.Take("s"));
        ISink<Version> versions = new Texts();
        t.Add(versions.Take(new Version(1, 2)));
    }

    private struct Meter(int start) : ISource<int>, IGreeter
    {
        public int Now = start;

        public int Next()
        {
            Now++;
            return Now;
        }

        public string Name() => "meter" + Now;
    }

    public static void BoxedStruct(Trace t)
    {
        ISource<int> source = new Meter(W.Id(5));
        t.Add(source.Next());
        W.Wait();
        t.Add(source.Next());
        t.Add(((Meter)source).Now);
    }

    private struct WaitingMeter(int start) : ISource<int>
    {
        private int _now = start;

        public int Next()
        {
            _now++;
            W.Wait();
            _now++;
            return _now;
        }
    }

    public static void BoxedStructThatWaits(Trace t)
    {
        ISource<int> source = new WaitingMeter(5);
        t.Add(source.Next());
        t.Add(source.Next());
    }

    private readonly struct Amount(int value) : IMonoid<Amount>
    {
        public int Value { get; } = value;

        public static Amount Zero() => W.Id(new Amount(0));

        public static Amount operator +(Amount left, Amount right)
        {
            W.Wait();
            return new Amount(left.Value + right.Value);
        }

        public override string ToString() => "amount " + Value;
    }

    private sealed class Words(string value) : IMonoid<Words>
    {
        public static Words Zero() => W.Id(new Words(""));

        public static Words operator +(Words left, Words right) => W.Id(new Words(left.ToString() + right));

        public static string Title() => W.Id("words");

        public override string ToString() => value;
    }

    private static T Sum<T>(params T[] items) where T : IMonoid<T>
    {
        T sum = T.Zero();
        foreach (T item in items) sum += item;
        return sum;
    }

    private static string TitleOf<T>() where T : IMonoid<T> => T.Title();

    public static void StaticAbstract(Trace t)
    {
        t.Add(Sum(new Amount(1), new Amount(2), new Amount(3)).ToString());
        t.Add(Sum(new Words("a"), new Words("b")).ToString());
    }

    public static void StaticVirtualDefault(Trace t)
    {
        t.Add(TitleOf<Amount>());
        t.Add(TitleOf<Words>());
    }

    private interface ILeft
    {
        int Get();
    }

    private interface IRight
    {
        int Get();
    }

    private sealed class TwoInOne : ILeft, IRight
    {
        public int Get() => W.Id(7);
    }

    private sealed class OneEach : ILeft, IRight
    {
        int ILeft.Get() => W.Id(1);

        int IRight.Get() => W.Id(2);
    }

    public static void TwoInterfacesOneMethod(Trace t)
    {
        object[] both = [new TwoInOne(), new OneEach()];
        foreach (object each in both) t.Add(((ILeft)each).Get() * 10 + ((IRight)each).Get());
    }

    private interface IEventful
    {
        event Action<int> Changed;

        void Raise(int value);
    }

    private sealed class Eventful : IEventful
    {
        private Action<int>? _changed;

        public event Action<int> Changed
        {
            add
            {
                W.Wait();
                _changed += value;
            }
            remove
            {
                W.Wait();
                _changed -= value;
            }
        }

        public void Raise(int value) => _changed?.Invoke(W.Id(value));
    }

    public static void EventOfInterface(Trace t)
    {
        IEventful source = new Eventful();
        void OnChanged(int value)
        {
            W.Wait();
            t.Add("changed", value);
        }
        source.Raise(0);
        source.Changed += OnChanged;
        source.Raise(1);
        source.Changed -= OnChanged;
        source.Raise(2);
    }

    private interface IDiamond
    {
        string Who() => W.Id("top");
    }

    private interface IDiamondLeft : IDiamond
    {
        string IDiamond.Who() => W.Id("left");
    }

    private interface IDiamondRight : IDiamond;

    private sealed class Diamond : IDiamondLeft, IDiamondRight;

    public static void DiamondOfDefaults(Trace t) => t.Add(((IDiamond)new Diamond()).Who());

    private abstract class AbstractImplements : IGreeter
    {
        public abstract string Name();

        public virtual string Greet() => W.Id("abstract greets ") + Name();
    }

    private sealed class Concrete : AbstractImplements
    {
        public override string Name() => W.Id("concrete");

        public override string Greet() => base.Greet() + W.Id("!");
    }

    public static void AbstractClassImplements(Trace t)
    {
        IGreeter greeter = new Concrete();
        t.Add(greeter.Greet());
    }

    private sealed class GenericExplicit<T>(T one) : IBox<T>, ISource<T>
    {
        T IBox<T>.Value
        {
            get => W.Id(one);
            set => throw new CorpusException(W.Id("fixed"));
        }

        T IBox<T>.this[int index] => W.Id(one);

        (T First, TOther Second) IBox<T>.Pair<TOther>(TOther other) => (one, W.Id(other));

        T ISource<T>.Next() => W.Id(one);
    }

    public static void GenericExplicitImplementation(Trace t)
    {
        var box = new GenericExplicit<DateTime>(new DateTime(2000, 2, 3));
        t.Add(((IBox<DateTime>)box).Value);
        t.Add(((ISource<DateTime>)box).Next());
        t.Add(((IBox<DateTime>)box).Pair('c').Second);
        try
        {
            ((IBox<DateTime>)box).Value = default;
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    private sealed class Doubly : ISource<int>, ISource<string>
    {
        int ISource<int>.Next() => W.Id(1);

        string ISource<string>.Next() => W.Id("one");
    }

    public static void SameInterfaceTwice(Trace t)
    {
        var doubly = new Doubly();
        t.Add(((ISource<int>)doubly).Next());
        t.Add(((ISource<string>)doubly).Next());
        t.Add(((ISource<object>)doubly).Next());
    }

    private sealed class Sorted(int key) : IComparable<Sorted>
    {
        public int CompareTo(Sorted? other)
        {
            W.Wait();
            return key.CompareTo(other!.Key);
        }

        public int Key => key;
    }

    public static void ForeignInterfaceCalledFromWovenCode(Trace t)
    {
        IComparable<Sorted> one = new Sorted(1);
        t.Add(one.CompareTo(new Sorted(2)));
    }
}
