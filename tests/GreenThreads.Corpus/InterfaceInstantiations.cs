namespace GreenThreads.Corpus;

/// <summary>Classes that implement one generic interface more than once: which of the methods was called?</summary>
public static class InterfaceInstantiations
{
    private interface ICell<T>
    {
        T Get(int n);

        string Describe() => "cell of " + W.Id(typeof(T).Name);
    }

    private class Pair : ICell<int>, ICell<string>
    {
        int ICell<int>.Get(int n) => W.Id(n) + 1;

        public virtual string Get(int n) => "n" + W.Id(n);
    }

    private sealed class Derived : Pair, ICell<long>
    {
        long ICell<long>.Get(int n) => W.Id(n) + 1L;

        public override string Get(int n) => "derived " + base.Get(n);
    }

    private class Shared<T> : ICell<T>, ICell<List<T>>
    {
        public T? Value;

        T ICell<T>.Get(int n) => W.Id(Value!);

        List<T> ICell<List<T>>.Get(int n) => [W.Id(Value!)];
    }

    public static void Invariant(Trace t)
    {
        foreach (Pair pair in new[] { new Pair(), new Derived() })
        {
            t.Add(((ICell<int>)pair).Get(1));
            t.Add(((ICell<string>)pair).Get(2));
            t.Add(pair.Get(3));
            t.Add(((ICell<int>)pair).Describe());
            t.Add(((ICell<string>)pair).Describe());
        }
        t.Add(((ICell<long>)new Derived()).Get(4));
    }

    public static void OfATypeParameter(Trace t)
    {
        t.Add(Both(new Shared<int> { Value = 3 }, 3));
        t.Add(Both(new Shared<string> { Value = "s" }, "s"));
    }

    private static string Both<T>(Shared<T> shared, T value) =>
        ((ICell<T>)shared).Get(0) + " " + ((ICell<List<T>>)shared).Get(0).Count + ((ICell<T>)shared).Describe() + ((ICell<List<T>>)shared).Describe();

    private class Base<T>
    {
        public virtual T Get(int n)
        {
            W.Wait();
            return default!;
        }
    }

    private sealed class IntCell : Base<int>, ICell<int>;

    private sealed class Flipped<TA, TB> : Base<TB>, ICell<TB>;

    private sealed class ListCell<T> : Base<List<T>>, ICell<List<T>>;

    public static void ImplementedByAGenericBase(Trace t)
    {
        t.Add(((ICell<int>)new IntCell()).Get(1));
        t.Add(((ICell<string>)new Flipped<int, string>()).Get(1));
        t.Add(((ICell<int>)new Flipped<string, int>()).Get(1));
    }

    [MayPin("the base class has no name for the derived class's interface")]
    public static void ImplementedByABaseOfAConstructedType(Trace t) => t.Add(((ICell<List<int>>)new ListCell<int>()).Get(1));

    private class Animal;

    private sealed class Cat : Animal;

    private sealed class Dog : Animal;

    private sealed class Kennel : ISource<Cat>, ISource<Dog>, ISink<Animal>, ISink<string>
    {
        Cat ISource<Cat>.Next() => W.Id(new Cat());

        Dog ISource<Dog>.Next() => W.Id(new Dog());

        public string Take(Animal value) => "animal " + W.Id(value.GetType().Name);

        public string Take(string value) => "text " + W.Id(value);
    }

    public static void Variant(Trace t)
    {
        var kennel = new Kennel();
        t.Add(((ISource<Cat>)kennel).Next().GetType().Name);
        t.Add(((ISource<Dog>)kennel).Next().GetType().Name);
        t.Add(((ISink<Cat>)kennel).Take(new Cat()));
        t.Add(((ISink<Dog>)kennel).Take(new Dog()));
        t.Add(((ISink<Animal>)kennel).Take(new Dog()));
        t.Add(((ISink<string>)kennel).Take("x"));
    }

    public static void AmbiguousByVariance(Trace t)
    {
        object kennel = new Kennel();
        for (int i = 0; i < 2; i++)
        {
            t.Add(((ISource<Animal>)kennel).Next().GetType().Name);
            t.Add(((ISource<object>)kennel).Next().GetType().Name);
        }
    }

    private struct Slot : ICell<int>, ICell<string>
    {
        private int _calls;

        int ICell<int>.Get(int n)
        {
            _calls++;
            return W.Id(n) + _calls;
        }

        string ICell<string>.Get(int n)
        {
            _calls++;
            return W.Id("s") + _calls;
        }
    }

    public static void OfABoxedStruct(Trace t)
    {
        object box = new Slot();
        t.Add(((ICell<int>)box).Get(5));
        t.Add(((ICell<string>)box).Get(5));
        t.Add(((ICell<int>)box).Get(5));
    }

    public static void DefaultMethodOfABoxedStruct(Trace t)
    {
        object box = new Slot();
        t.Add(((ICell<string>)box).Describe());
        t.Add(((ICell<int>)box).Describe());
    }

    public static void OfAStruct(Trace t)
    {
        var slot = new Slot();
        t.Add(Get<Slot, int>(ref slot));
        t.Add(Get<Slot, string>(ref slot));
    }

    private static TItem Get<T, TItem>(ref T cell) where T : ICell<TItem> => cell.Get(W.Id(7));
}
