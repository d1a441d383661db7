namespace GreenThreads.Corpus;

/// <summary>Generic methods and types, constraints, constrained calls.</summary>
public static class Generics
{
    private static T Echo<T>(T value)
    {
        T copy = value;
        W.Wait();
        return copy;
    }

    public static void MethodOverManyTypes(Trace t)
    {
        t.Add(Echo(1));
        t.Add(Echo("s"));
        t.Add(Echo(2.5));
        t.Add(Echo((1, "a", 2.5m)));
        t.Add(Echo(new DateTime(2001, 2, 3)));
        t.Add(Echo<int?>(null));
        t.Add(Echo<int?>(4));
        t.Add(Echo(DayOfWeek.Monday));
        t.Add(Echo(new[] { 1, 2 }));
        t.Add(Echo(new KeyValuePair<string, int>("k", 1)).Key);
        t.Add(Echo<object?>(null));
    }

    private static (T2, T1) Swap<T1, T2>(T1 a, T2 b)
    {
        T1 first = W.Id(a);
        T2 second = W.Id(b);
        return (second, first);
    }

    public static void TwoTypeParameters(Trace t)
    {
        t.Add(Swap(1, "one"));
        t.Add(Swap("one", 1L));
        t.Add(Swap(Swap(1, 2), 'c'));
    }

    private class Cell<T>(T value)
    {
        public static int Made;
        private T _value = value;

        public T Get()
        {
            W.Wait();
            return _value;
        }

        public Cell<T> Set(T value)
        {
            T old = _value;
            W.Wait();
            _value = value;
            Made++;
            return new Cell<T>(old);
        }

        public Cell<TOther> Map<TOther>(Func<T, TOther> map) => new(W.Id(map(Get())));

        public virtual string Describe<TOther>(TOther other) => $"{typeof(T).Name},{typeof(TOther).Name},{W.Id(_value)},{W.Id(other)}";
    }

    private sealed class Cell2<T, TExtra>(T value, TExtra extra) : Cell<T>(value)
    {
        public override string Describe<TOther>(TOther other) => base.Describe(other) + "/" + W.Id(extra);
    }

    public static void GenericType(Trace t)
    {
        var number = new Cell<int>(1);
        Cell<int> old = number.Set(2);
        t.Add(old.Get() * 10 + number.Get());
        t.Add(number.Map(n => W.Id("m") + n).Get());
        var text = new Cell<string>("a");
        text.Set(W.Id("b")).Set("c");
        t.Add(text.Get());
        t.Add(Cell<int>.Made);
        t.Add(Cell<string>.Made);
        t.Add(new Cell<Cell<int>>(number).Get().Get());
    }

    public static void GenericVirtualInGenericType(Trace t)
    {
        Cell<string> cell = new Cell2<string, int>("s", 5);
        t.Add(cell.Describe(1.5));
        t.Add(cell.Describe("x"));
        t.Add(new Cell<long>(3).Describe(new object() is null));
    }

    private interface ICounter
    {
        int Next();

        int Peek { get; }
    }

    private sealed class ClassCounter : ICounter
    {
        private int _n;

        public int Next()
        {
            _n++;
            W.Wait();
            return _n;
        }

        public int Peek => W.Id(_n);
    }

    private struct StructCounter : ICounter
    {
        private int _n;

        public int Next()
        {
            _n++;
            W.Wait();
            return _n;
        }

        public readonly int Peek => W.Id(_n);
    }

    private static int Drive<T>(T counter) where T : ICounter
    {
        int sum = 0;
        for (int i = 0; i < 3; i++) sum = sum * 10 + counter.Next();
        return sum * 100 + counter.Peek;
    }

    public static void ConstrainedCallOnClass(Trace t)
    {
        var counter = new ClassCounter();
        t.Add(Drive(counter));
        t.Add(Drive<ICounter>(counter));
    }

    public static void ConstrainedCallOnStruct(Trace t)
    {
        var counter = new StructCounter();
        t.Add(Drive(counter));
        t.Add(counter.Peek);
        t.Add(Drive<ICounter>(counter));
    }

    public static void ConstrainedCallsOfObject(Trace t)
    {
        t.Add(Text(5));
        t.Add(Text("s"));
        t.Add(Text(new Texty(3)));
        t.Add(Text(DayOfWeek.Sunday));
    }

    private static string Text<T>(T value) where T : notnull => value.ToString() + W.Id(value.GetHashCode() != 0 ? "" : "0")[..0];

    private readonly struct Texty(int n)
    {
        public override string ToString() => "texty" + W.Id(n);

        public override int GetHashCode() => n;
    }

    private static T Make<T>() where T : new()
    {
        W.Wait();
        T made = new();
        W.Wait();
        return made;
    }

    private sealed class WaitsWhenMade
    {
        public int Value = W.Id(6);
    }

    [MayPin("new T() goes through Activator")]
    public static void NewConstraint(Trace t)
    {
        t.Add(Make<WaitsWhenMade>().Value);
        t.Add(Make<int>());
        t.Add(Make<List<int>>().Count);
    }

    private static string Kind<T>(T value) => value switch
    {
        int n when W.Id(n) > 5 => "big int",
        int => W.Id("int"),
        string s => W.Id("string ") + s,
        null => "null",
        _ => typeof(T).Name,
    };

    public static void TypeTests(Trace t)
    {
        t.Add(Kind(9));
        t.Add(Kind(1));
        t.Add(Kind("x"));
        t.Add(Kind<object?>(null));
        t.Add(Kind(2.5));
    }

    private static T[] Fill<T>(int n, Func<int, T> make)
    {
        var array = new T[n];
        for (int i = 0; i < n; i++) array[i] = make(W.Id(i));
        return array;
    }

    public static void GenericArrays(Trace t)
    {
        t.Add(Fill(3, i => i * i));
        t.Add(Fill(3, i => W.Id("s" + i)));
        t.Add(Fill(2, i => (i, W.Id(i + 0.5))));
    }

    private static class Cache<TKey, TValue> where TKey : notnull
    {
        private static readonly Dictionary<TKey, TValue> s_values = [];

        public static TValue Get(TKey key, Func<TKey, TValue> make)
        {
            if (!s_values.TryGetValue(key, out TValue? value))
            {
                value = make(W.Id(key));
                s_values.Add(key, value);
            }
            return value;
        }
    }

    public static void StaticGenericType(Trace t)
    {
        t.Add(Cache<string, int>.Get("abc", k => W.Id(k.Length)));
        t.Add(Cache<string, int>.Get("abc", _ => -1));
        t.Add(Cache<int, string>.Get(3, k => W.Id("v") + k));
        t.Add(Cache<DateTime, (int, int)>.Get(default, k => (W.Id(k.Year), 2)));
    }

    private static int CountDown<T>(int n, T marker) => n == 0 ? W.Id(0) : 1 + CountDown(n - 1, (marker, n).Item1);

    public static void RecursionInGenericMethod(Trace t)
    {
        t.Add(CountDown(50, "m"));
        t.Add(CountDown(50, 1.5));
    }

    private static string Nest<T>(T value, int depth) =>
        depth == 0 ? typeof(T).ToString().Length + W.Id("") : Nest(new KeyValuePair<T, int>(value, depth), depth - 1);

    public static void PolymorphicRecursion(Trace t) => t.Add(Nest(1, 4));

    private static TResult Using<TResource, TResult>(TResource resource, Func<TResource, TResult> use) where TResource : class, IDisposable
    {
        using (resource) return use(W.Id(resource));
    }

    private sealed class Resource(Trace t) : IDisposable
    {
        public void Dispose() => t.Log("disposed");
    }

    public static void UsingOfTypeParameter(Trace t) => t.Add(Using(new Resource(t), r => W.Id(r is not null)));

    private static bool Same<T>(T a, T b) => EqualityComparer<T>.Default.Equals(W.Id(a), W.Id(b));

    public static void EqualityComparers(Trace t)
    {
        t.Add(Same(1, 1));
        t.Add(Same("a", "b"));
        t.Add(Same<int?>(null, 0));
    }

    private sealed class Matrix<T>(int n) where T : System.Numerics.INumber<T>
    {
        private readonly T[,] _cells = new T[n, n];

        public T Trace()
        {
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++) _cells[i, j] = W.Id(T.CreateChecked(i * n + j));
            }
            T sum = T.Zero;
            for (int i = 0; i < n; i++) sum += W.Id(_cells[i, i]);
            return sum;
        }
    }

    public static void GenericMath(Trace t)
    {
        t.Add(new Matrix<int>(3).Trace());
        t.Add(new Matrix<double>(3).Trace());
        t.Add(new Matrix<decimal>(2).Trace());
    }

    private static unsafe int SizeOf<T>() where T : unmanaged
    {
        W.Wait();
        return sizeof(T);
    }

    public static void UnmanagedConstraint(Trace t)
    {
        t.Add(SizeOf<int>());
        t.Add(SizeOf<Guid>());
        t.Add(SizeOf<(byte, long)>());
    }

    public static void GenericDelegateOverTypeParameter(Trace t)
    {
        t.Add(Apply(W.Id(3), x => W.Id(x) + 1, x => W.Id(x * 2)));
        t.Add(Apply("a", x => x + W.Id("b"), x => W.Id(x + x)));
    }

    private static T Apply<T>(T value, params Func<T, T>[] steps)
    {
        foreach (Func<T, T> step in steps) value = step(value);
        return value;
    }
}
