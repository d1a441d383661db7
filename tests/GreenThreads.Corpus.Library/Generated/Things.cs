using System.Numerics;
using System.Runtime.CompilerServices;

namespace GreenThreads.Corpus.Generated;

/// <summary>A struct with references and numbers in it, an operator and a method that changes it.</summary>
public record struct Value(long A, string T, int C)
{
    /// <summary>An operator that waits.</summary>
    public static Value operator +(Value a, Value b)
    {
        W.Wait();
        return new Value(a.A + b.A, Kit.Cut(a.T + b.T), a.C ^ b.C);
    }

    /// <summary>A conversion that waits.</summary>
    public static explicit operator int(Value value) => W.Id(value.C) + 1;

    /// <summary>Changes itself before and after a wait.</summary>
    public Value Bump(int by)
    {
        C += by;
        W.Wait();
        A++;
        return this;
    }
}

/// <summary>A class with virtual methods.</summary>
public class Node
{
    /// <summary>A virtual method.</summary>
    public virtual int Virtual(int n) => W.Id(n) + 1;

    /// <summary>A generic virtual method.</summary>
    public virtual string Describe<T>(T value) => typeof(T).Name + W.Id(value);

    /// <summary>Returns something more exact in the derived class.</summary>
    public virtual object Copy() => new Node();
}

/// <summary>Overrides them.</summary>
public class Derived : Node
{
    /// <inheritdoc/>
    public override int Virtual(int n) => base.Virtual(n) * 2;

    /// <inheritdoc/>
    public override string Describe<T>(T value)
    {
        W.Wait();
        return "d" + base.Describe(value);
    }

    /// <inheritdoc/>
    public override Derived Copy() => W.Id(new Derived());
}

/// <summary>An interface with a default method.</summary>
public interface IShape
{
    /// <summary>A default method.</summary>
    int Slot(int n, string s) => W.Id(n + s.Length);

    /// <summary>A property.</summary>
    string Name { get; }
}

/// <summary>Takes the default method.</summary>
public sealed class Sphere : IShape
{
    /// <inheritdoc/>
    public string Name => W.Id("sp");
}

/// <summary>An interface that a class implements twice.</summary>
/// <typeparam name="T">Argument and result.</typeparam>
public interface IGet<T>
{
    /// <summary>Gives something back.</summary>
    T Get(T value);
}

/// <summary>Implements it explicitly, twice.</summary>
public sealed class Both : IGet<int>, IGet<string>
{
    int IGet<int>.Get(int value) => W.Id(value) - 1;

    string IGet<string>.Get(string value)
    {
        W.Wait();
        return value + "!";
    }
}

/// <summary>Has static abstract members.</summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
public interface ISum<TSelf> : IAdditionOperators<TSelf, TSelf, TSelf> where TSelf : ISum<TSelf>
{
    /// <summary>A factory.</summary>
    static abstract TSelf Of(int n);

    /// <summary>What is in it; changes when it is read.</summary>
    int Read();
}

/// <summary>A struct that implements them and is changed through constrained calls.</summary>
public struct Meters : ISum<Meters>
{
    private int _n;

    /// <inheritdoc/>
    public static Meters Of(int n) => W.Id(new Meters { _n = n });

    /// <inheritdoc/>
    public static Meters operator +(Meters left, Meters right)
    {
        W.Wait();
        return new Meters { _n = left._n + right._n };
    }

    /// <inheritdoc/>
    public int Read()
    {
        _n++;
        W.Wait();
        return _n++;
    }
}

/// <summary>A generic class.</summary>
/// <typeparam name="T">What is in it.</typeparam>
public class Box<T>(T value)
{
    /// <summary>What is in it.</summary>
    public T Value { get; set; } = W.Id(value);

    /// <summary>A generic method of a generic class.</summary>
    public Box<TOther> Map<TOther>(Func<T, TOther> map)
    {
        W.Wait();
        return new Box<TOther>(map(Value));
    }
}

/// <summary>A constructor that waits after the one of its base class, and may throw.</summary>
public sealed class Made : Box<int>
{
    /// <summary>A field that is set between waits.</summary>
    public readonly int Number;

    /// <summary>Waits.</summary>
    public Made(Context c, int n) : base(W.Id(n))
    {
        c.Field++;
        Number = W.Id(n);
        if (n == 13) throw new CorpusException("thirteen");
    }
}

/// <summary>A class with value equality.</summary>
public record Pair(int Left, string Right)
{
    /// <summary>Waits when it is read.</summary>
    public int Sum => W.Id(Left) + Right.Length;
}

/// <summary>A buffer inside a value.</summary>
[InlineArray(4)]
public struct Four
{
    private int _first;
}

/// <summary>A ref struct that walks over a span and waits.</summary>
public ref struct Cursor(Span<int> span)
{
    private readonly Span<int> _span = span;
    private int _at;

    /// <summary>The item at which it stands, after a wait.</summary>
    public int Next()
    {
        W.Wait();
        return _at < _span.Length ? _span[_at++] : -1;
    }
}

/// <summary>What a foreach loop needs, without an interface.</summary>
public struct Countdown(int from)
{
    private int _left = from;

    /// <summary>The current item.</summary>
    public readonly int Current => W.Id(_left);

    /// <summary>Itself.</summary>
    public readonly Countdown GetEnumerator() => this;

    /// <summary>Goes on.</summary>
    public bool MoveNext()
    {
        W.Wait();
        return _left-- > 0;
    }
}

/// <summary>Formats what is interpolated, and waits meanwhile.</summary>
[InterpolatedStringHandler]
public ref struct Template(int literalLength, int formattedCount)
{
    private string _text = $"{literalLength}/{formattedCount}:";

    /// <summary>The text so far.</summary>
    public readonly string Text => _text;

    /// <summary>Adds text.</summary>
    public void AppendLiteral(string text) => _text += text;

    /// <summary>Adds a value.</summary>
    public void AppendFormatted<T>(T value) => _text += W.Id(value);
}
