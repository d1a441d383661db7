using GreenThreads.Shape.Tests.Harness;

namespace GreenThreads.Shape.Tests.Types;

/// <summary>A record whose members wait.</summary>
public record Person(string First, string Last)
{
    public int Age { get; init; } = Slow.Id(18);

    public string Full => Slow.Id($"{First} {Last}");

    public virtual string Greet(Person other) => Slow.Id($"{Full} greets {other.Full}");
}

/// <summary>A derived one, with an equality of its own.</summary>
public sealed record Employee(string First, string Last, decimal Salary) : Person(First, Last)
{
    public List<Person> Friends { get; init; } = [];

    public bool Equals(Employee? other) => Slow.Id(base.Equals(other)) && Salary == other!.Salary;

    public override int GetHashCode() => HashCode.Combine(Slow.Id(base.GetHashCode()), Salary);

    public override string Greet(Person other) => base.Greet(other) + Slow.Id(" at work");
}

/// <summary>A struct one.</summary>
public readonly record struct Money(decimal Amount, string Currency)
{
    public static Money operator +(Money a, Money b) => a with { Amount = Slow.Id(a.Amount + b.Amount) };

    public string Text => Slow.Id($"{Amount} {Currency}");
}
