using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using GreenThreads.Shape.Tests.Harness;

namespace GreenThreads.Shape.Tests.Types;

/// <summary>Has attributes in every place where one can be.</summary>
[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
public sealed class MarkAttribute(string text) : Attribute
{
    public string Text { get; } = text;
}

[Mark("a class")]
public abstract class Marked<[Mark("a type parameter")] T>
    where T : class, IComparable<T>, new()
{
    [Mark("a constructor"), EditorBrowsable(EditorBrowsableState.Never)]
    protected Marked([Mark("its parameter")] T value, int number = 4)
    {
        Value = Slow.Id(value);
        Number = number;
    }

    [Mark("a property")]
    public T Value { [Mark("a getter")] get => Slow.Id(field); [Mark("a setter")] private set; }

    public int Number { get; }

    [Mark("an event")]
    public event Action? Happened
    {
        [Mark("an adder")]
        add => Slow.Wait();
        remove => Slow.Wait();
    }

    [Mark("a method"), Mark("twice"), MethodImpl(MethodImplOptions.NoOptimization)]
    [return: Mark("a result"), NotNull]
    public virtual string Method<[Mark("its type parameter")] TOther>([Mark("a parameter"), CallerMemberName] string name = "none", params object[] rest)
        where TOther : struct, Enum
    {
        Slow.Wait();
        return $"{name} {rest.Length} {default(TOther)}";
    }

    [Mark("an operator")]
    public static T operator +(Marked<T> a, [Mark("an operand")] T b) => Slow.Id(b);

    [Mark("an iterator")]
    public IEnumerable<int> Numbers()
    {
        yield return Slow.Id(1);
    }

    [Mark("an async method")]
    public async Task<int> LaterAsync()
    {
        await Task.Yield();
        return Slow.Id(2);
    }

    [Mark("abstract")]
    public abstract void Must();

    [Mark("nested")]
    public enum Kind
    {
        None,
    }

    [Mark("nested and public")]
    public sealed class Nested
    {
        public int Wait() => Slow.Id(1);
    }
}

/// <summary>Something comparable with a constructor.</summary>
public sealed class Comparable : IComparable<Comparable>
{
    public int CompareTo(Comparable? other) => Slow.Id(0);
}

/// <summary>Can be made.</summary>
public class Concrete([Mark("primary")] Comparable value) : Marked<Comparable>(new Comparable(), Slow.Id(5))
{
    public override void Must() => Slow.Wait();

    public Comparable Same => value;
}
