namespace GreenThreads.Corpus;

/// <summary>A class hierarchy that the corpus extends from another assembly.</summary>
public abstract class Shape
{
    private string _name = "shape";

    /// <summary>An accessor that waits.</summary>
    public virtual string Name
    {
        get
        {
            W.Wait();
            return _name;
        }
        set
        {
            W.Wait();
            _name = value;
        }
    }

    /// <summary>No body.</summary>
    public abstract int Area();

    /// <summary>Calls the override.</summary>
    public virtual string Describe()
    {
        int area = Area();
        W.Wait();
        return $"{Name}:{area}";
    }

    /// <summary>Not virtual, calls virtual.</summary>
    public int TwiceArea() => Area() + Area();

    /// <summary>Protected, overridden elsewhere.</summary>
    protected virtual int Factor() => W.Id(1);

    /// <summary>Calls <see cref="Factor"/>.</summary>
    public int Scaled(int by) => Factor() * W.Id(by);
}

/// <summary>A derived class in the library.</summary>
public class Square(int side) : Shape
{
    /// <summary>The constructor's argument.</summary>
    public int Side { get; } = side;

    /// <inheritdoc/>
    public override int Area() => W.Id(Side) * W.Id(Side);
}

/// <summary>Virtual methods that are generic or have by-reference results.</summary>
public class Converter
{
    /// <summary>A generic virtual method.</summary>
    public virtual string Convert<T>(T value)
    {
        W.Wait();
        return $"{typeof(T).Name} {value}";
    }

    /// <summary>A covariant return in the corpus.</summary>
    public virtual object Make() => W.Id(new object());
}

/// <summary>A generic base class.</summary>
/// <typeparam name="T">Its item.</typeparam>
public abstract class Store<T>
{
    private readonly List<T> _items = [];

    /// <summary>Adds what <see cref="Transform"/> makes of the item.</summary>
    public void Put(T item)
    {
        T made = Transform(item);
        W.Wait();
        _items.Add(made);
    }

    /// <summary>The items.</summary>
    public IReadOnlyList<T> Items => _items;

    /// <summary>Overridden elsewhere.</summary>
    protected virtual T Transform(T item) => W.Id(item);

    /// <summary>Folds with a generic method and a delegate.</summary>
    public TResult Fold<TResult>(TResult seed, Func<TResult, T, TResult> step)
    {
        foreach (T item in _items) seed = step(seed, W.Id(item));
        return seed;
    }
}
