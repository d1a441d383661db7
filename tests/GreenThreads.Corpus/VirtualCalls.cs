namespace GreenThreads.Corpus;

/// <summary>Virtual methods: overrides here and in the library, base calls, hiding, covariance.</summary>
public static class VirtualCalls
{
    private class Animal
    {
        public virtual string Speak()
        {
            W.Wait();
            return "...";
        }

        public virtual Animal Self() => W.Id(this);

        public string Twice() => Speak() + Speak();
    }

    private class Dog : Animal
    {
        public override string Speak() => "dog(" + base.Speak() + ")";

        public override Dog Self()
        {
            W.Wait();
            return this;
        }

        public string Fetch() => W.Id("stick");
    }

    private class Puppy : Dog
    {
        public override string Speak()
        {
            string inner = base.Speak();
            W.Wait();
            return "puppy(" + inner + ")";
        }
    }

    private sealed class SilentPuppy : Puppy
    {
        public new string Speak() => W.Id("hidden");
    }

    public static void Override(Trace t)
    {
        Animal[] animals = [new Animal(), new Dog(), new Puppy(), new SilentPuppy()];
        foreach (Animal animal in animals)
        {
            t.Add(animal.Speak());
            t.Add(animal.Twice());
        }
    }

    public static void Hiding(Trace t)
    {
        var puppy = new SilentPuppy();
        t.Add(puppy.Speak());
        t.Add(((Animal)puppy).Speak());
    }

    public static void CovariantReturn(Trace t)
    {
        Dog dog = new Puppy();
        t.Add(dog.Self().Fetch());
        Animal animal = dog;
        t.Add(animal.Self().Speak());
    }

    private sealed class Circle : Shape
    {
        public override int Area() => W.Id(3) * 4;

        public override string Name
        {
            get => "circle " + base.Name;
            set => base.Name = W.Id(value.ToUpperInvariant());
        }

        protected override int Factor() => base.Factor() + W.Id(1);
    }

    private sealed class Tile : Square
    {
        public Tile(int side) : base(side)
        {
        }

        public override int Area() => base.Area() + 1;

        public override string Describe() => "tile/" + base.Describe();
    }

    public static void OverrideAcrossAssemblies(Trace t)
    {
        Shape circle = new Circle();
        t.Add(circle.Describe());
        circle.Name = "round";
        t.Add(circle.Name);
        t.Add(circle.TwiceArea());
        t.Add(circle.Scaled(10));
        Shape tile = new Tile(W.Id(3));
        t.Add(tile.Describe());
        t.Add(tile.TwiceArea());
        Shape square = new Square(2);
        t.Add(square.Describe());
    }

    private class StringConverter : Converter
    {
        public override string Convert<T>(T value) => "[" + base.Convert(value) + W.Id("]");

        public override string Make() => W.Id("made");
    }

    public static void GenericVirtual(Trace t)
    {
        Converter[] converters = [new Converter(), new StringConverter()];
        foreach (Converter converter in converters)
        {
            t.Add(converter.Convert(1));
            t.Add(converter.Convert("s"));
            t.Add(converter.Convert((1, 2L)));
        }
    }

    public static void CovariantReturnAcrossAssemblies(Trace t)
    {
        Converter converter = new StringConverter();
        t.Add(converter.Make());
        t.Add(new StringConverter().Make().Length);
    }

    private sealed class Doubling : Store<int>
    {
        protected override int Transform(int item) => base.Transform(item) * W.Id(2);
    }

    private sealed class Plain<T> : Store<T>;

    public static void GenericBaseAcrossAssemblies(Trace t)
    {
        var store = new Doubling();
        for (int i = 0; i < 4; i++) store.Put(W.Id(i));
        t.Add(store.Items);
        t.Add(store.Fold("", (text, item) => text + W.Id(item)));
        var texts = new Plain<string>();
        texts.Put("a");
        texts.Put(W.Id("b"));
        t.Add(texts.Items);
        t.Add(texts.Fold(0, (n, s) => n + W.Id(s.Length)));
    }

    private abstract class CallsFromConstructor
    {
        protected CallsFromConstructor(Trace t) => t.Add(Hook());

        protected abstract string Hook();
    }

    private sealed class Hooked(Trace t) : CallsFromConstructor(t)
    {
        private readonly string _field = "set";

        protected override string Hook()
        {
            W.Wait();
            return _field;
        }
    }

    public static void VirtualFromConstructor(Trace t) => new Hooked(t);

    private class Level0
    {
        public virtual int M(int n) => W.Id(n);
    }

    private class Level1 : Level0
    {
        public override int M(int n) => base.M(n) + 1;
    }

    private class Level2 : Level1;

    private class Level3 : Level2
    {
        public sealed override int M(int n) => n > 0 ? M(n - 1) + 10 : base.M(n) + 100;
    }

    private class Level4 : Level3;

    public static void DeepHierarchy(Trace t)
    {
        Level0 top = new Level4();
        t.Add(top.M(3));
        Level0 middle = new Level2();
        t.Add(middle.M(3));
    }

    public static void NullReceiver(Trace t)
    {
        Animal? none = W.Id<Animal?>(null);
        try
        {
            none!.Speak();
        }
        catch (NullReferenceException)
        {
            t.Log("null reference");
        }
        t.Add(new Animal().Speak());
    }

    private class Tree
    {
        public Tree? Left, Right;
        public int Value;

        public virtual int Sum() => (Left?.Sum() ?? 0) + W.Id(Value) + (Right?.Sum() ?? 0);
    }

    private sealed class Leaf : Tree
    {
        public override int Sum()
        {
            W.Wait();
            return Value * 2;
        }
    }

    public static void RecursiveVirtual(Trace t)
    {
        Tree Build(int depth) => depth == 0
            ? new Leaf { Value = 1 }
            : new Tree { Left = Build(depth - 1), Value = depth, Right = Build(depth - 1) };
        t.Add(Build(5).Sum());
    }

    private class OverridesObject
    {
        public override string ToString() => W.Id("woven text");

        public override int GetHashCode()
        {
            W.Wait();
            return 5;
        }

        public override bool Equals(object? other)
        {
            W.Wait();
            return other is OverridesObject;
        }
    }

    public static void SlotsOfObject(Trace t)
    {
        object o = new OverridesObject();
        t.Add(o.ToString());
        t.Add(o.GetHashCode());
        t.Add(o.Equals(new OverridesObject()));
        t.Add(o.Equals(5));
    }

    private class WithBoth
    {
        public virtual int One(int a) => W.Id(a) + 1;

        public virtual int One(string a) => W.Id(a).Length;

        public virtual int One(int a, int b) => One(W.Id(a)) + One(b);
    }

    private sealed class WithBothDerived : WithBoth
    {
        public override int One(string a) => base.One(a) + 1000;
    }

    public static void Overloads(Trace t)
    {
        WithBoth w = new WithBothDerived();
        t.Add(w.One(1));
        t.Add(w.One("four"));
        t.Add(w.One(1, 2));
    }
}
