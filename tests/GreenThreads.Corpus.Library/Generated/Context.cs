namespace GreenThreads.Corpus.Generated;

/// <summary>What a generated program works on: its trace, some state, and members of every kind, all of which wait.</summary>
public sealed class Context(Trace t)
{
    private const int Fuel = 300;

    private readonly Lock _lock = new();
    private readonly object _gate = new();
    private int _fuel = Fuel;
    private int _number = 2;

    /// <summary>An array that references point into.</summary>
    public int[] Array { get; } = [3, 0, 7, 1];

    /// <summary>A lock that anybody may take.</summary>
    public object Gate { get; } = new();

    /// <summary>A virtual method's receiver.</summary>
    public Node Node { get; } = new Derived();

    /// <summary>Always null.</summary>
    public Node? Nothing { get; }

    /// <summary>A receiver of interface calls.</summary>
    public IShape Shape { get; } = new Sphere();

    /// <summary>Implements an interface twice.</summary>
    public Both Both { get; } = new();

    /// <summary>A delegate.</summary>
    public Func<int, int> Delegate { get; } = n => W.Id(n) + 2;

    /// <summary>A field.</summary>
    public long Field = 5;

    /// <summary>A field of a struct type with methods that wait.</summary>
    public Value Stored = new(1, "s", 2);

    /// <summary>An event.</summary>
    public event Func<int, int>? Rang;

    /// <summary>A property whose accessors wait.</summary>
    public int Number
    {
        get => W.Id(_number);
        set
        {
            W.Wait();
            _number = value;
        }
    }

    /// <summary>An indexer whose accessors wait.</summary>
    public int this[int index]
    {
        get
        {
            W.Wait();
            return Array[index & 3];
        }
        set => Array[W.Id(index) & 3] = value;
    }

    /// <summary>Whether the program has run for long enough.</summary>
    public bool IsDone => _fuel-- <= 0;

    /// <summary>Adds to the trace. What waits in its ToString is asked here: the trace is not woven.</summary>
    public void Add(object? value) => t.Add(value is Pair pair ? pair.ToString() : value);

    /// <summary>Adds an exception to the trace.</summary>
    public void Caught(Exception exception) => t.Caught(exception);

    /// <summary>Adds to the trace after a wait.</summary>
    public int Seen(int value)
    {
        W.Wait();
        return t.Seen(value);
    }

    /// <summary>A result by reference.</summary>
    public ref int At(int index)
    {
        W.Wait();
        return ref Array[index & 3];
    }

    /// <summary>Something that waits when it is disposed of.</summary>
    public Opened Open(string name)
    {
        W.Wait();
        return new Opened(t, name);
    }

    /// <summary>A task that ends later.</summary>
    public async Task<int> Later(int n)
    {
        await Task.Yield();
        return n + 1;
    }

    /// <summary>Raises the event with two handlers, of which the last one's result counts.</summary>
    public int Ring(int n)
    {
        Rang += Twice;
        Rang += Seen;
        try
        {
            return Rang(W.Id(n));
        }
        finally
        {
            Rang -= Seen;
            Rang -= Twice;
        }
    }

    /// <summary>Waits under a lock that nobody else can see.</summary>
    public int Guarded(int n)
    {
        lock (_gate) _number += W.Id(n);
        lock (_lock)
        {
            W.Wait();
            return _number;
        }
    }

    private int Twice(int n) => W.Id(n) * 2;
}

/// <summary>Waits when it is disposed of.</summary>
public sealed class Opened(Trace t, string name) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        W.Wait();
        t.Log("dispose " + name);
    }
}
