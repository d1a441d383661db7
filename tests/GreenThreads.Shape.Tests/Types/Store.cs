using GreenThreads.Shape.Tests.Harness;

namespace GreenThreads.Shape.Tests.Types;

/// <summary>What gets changed.</summary>
public sealed class ChangedEventArgs(string name) : EventArgs
{
    public string Name { get; } = name;
}

/// <summary>A service as applications have them: every member waits.</summary>
public interface IStore
{
    string Name { get; set; }
    int this[string key] { get; set; }
    event EventHandler<ChangedEventArgs>? Changed;
    int Count(string prefix);
    bool TryGet(string key, out int value);
    void Add(ref int total, in int more);
    T Convert<T>(string key, Func<int, T> convert);
    string Describe() => Slow.Id("a store named ") + Name;
}

/// <summary>What reads things; the second instantiation of a covariant interface.</summary>
public interface IReader<out T>
{
    T Read();
}

/// <summary>A class that can be subclassed in every member.</summary>
public class Store : IStore, IReader<string>, IDisposable
{
    private readonly Dictionary<string, int> _values = [];
    private string _name;

    public Store()
        : this("plain")
    {
    }

    public Store(string name)
    {
        Slow.Wait();
        _name = name;
    }

    public virtual event EventHandler<ChangedEventArgs>? Changed;

    public virtual string Name
    {
        get => Slow.Id(_name);
        set => _name = Slow.Id(value);
    }

    public virtual int this[string key]
    {
        get => Slow.Id(_values.GetValueOrDefault(key));
        set
        {
            Slow.Wait();
            _values[key] = value;
            Changed?.Invoke(this, new ChangedEventArgs(key));
        }
    }

    public virtual int Count(string prefix)
    {
        Slow.Wait();
        return Filter(prefix).Count();
    }

    public virtual bool TryGet(string key, out int value)
    {
        Slow.Wait();
        return _values.TryGetValue(key, out value);
    }

    public virtual void Add(ref int total, in int more)
    {
        int amount = more;
        Slow.Wait();
        total += amount;
    }

    public virtual T Convert<T>(string key, Func<int, T> convert) => convert(this[key]);

    public virtual string Read() => Slow.Id("read from " + Name);

    /// <summary>Not virtual: calls members that are.</summary>
    public string Summary() => $"{Name}: {Count("")} values, {Slow.Id("first")} {this["a"]}";

    protected virtual IEnumerable<string> Filter(string prefix)
    {
        foreach (string key in _values.Keys.Order())
        {
            Slow.Wait();
            if (key.StartsWith(prefix, StringComparison.Ordinal)) yield return key;
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Slow.Wait();
}
