namespace GreenThreads.Corpus;

/// <summary>An interface with a default method.</summary>
public interface IGreeter
{
    /// <summary>Implemented by everyone.</summary>
    string Name();

    /// <summary>A default implementation.</summary>
    string Greet()
    {
        string name = Name();
        W.Wait();
        return "hello " + name;
    }

    /// <summary>A static method of an interface.</summary>
    static string Shout(IGreeter greeter) => W.Id(greeter.Greet()).ToUpperInvariant();
}

/// <summary>An invariant generic interface.</summary>
/// <typeparam name="T">Its item.</typeparam>
public interface IBox<T>
{
    /// <summary>An accessor pair.</summary>
    T Value { get; set; }

    /// <summary>An indexer.</summary>
    T this[int index] { get; }

    /// <summary>A generic method of a generic interface.</summary>
    (T First, TOther Second) Pair<TOther>(TOther other);
}

/// <summary>A covariant interface.</summary>
/// <typeparam name="T">Its result.</typeparam>
public interface ISource<out T>
{
    /// <summary>The result.</summary>
    T Next();
}

/// <summary>A contravariant interface.</summary>
/// <typeparam name="T">Its argument.</typeparam>
public interface ISink<in T>
{
    /// <summary>Takes the argument.</summary>
    string Take(T value);
}

/// <summary>Static abstract members.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface IMonoid<TSelf> where TSelf : IMonoid<TSelf>
{
    /// <summary>The neutral element.</summary>
    static abstract TSelf Zero();

    /// <summary>The operation.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>A static virtual with a default.</summary>
    static virtual string Title() => W.Id("monoid of ") + typeof(TSelf).Name;
}

/// <summary>A base class with a method that a derived class' interface picks up.</summary>
public class NamedBase
{
    /// <summary>Implements <see cref="IGreeter.Name"/> only in derived classes.</summary>
    public string Name()
    {
        W.Wait();
        return "base name";
    }
}

/// <summary>A decorator that is not woven and hands calls on: it must not lend its caller's hand-shake.</summary>
[NotWoven]
public sealed class ForeignGreeter(IGreeter inner, Trace trace) : IGreeter
{
    /// <inheritdoc/>
    public string Name()
    {
        trace.Log("decorator in");
        string name = inner.Name();
        trace.Log("decorator out " + name);
        return "<" + name + ">";
    }
}

/// <summary>A decorator that is woven.</summary>
public sealed class WovenGreeter(IGreeter inner, Trace trace) : IGreeter
{
    /// <inheritdoc/>
    public string Name()
    {
        trace.Log("decorator in");
        string name = inner.Name();
        trace.Log("decorator out " + name);
        return "<" + name + ">";
    }
}
