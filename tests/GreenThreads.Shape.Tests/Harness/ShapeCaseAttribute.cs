namespace GreenThreads.Shape.Tests.Harness;

/// <summary>What becomes of the waits of a case on a green thread.</summary>
public enum Waits
{
    /// <summary>All suspend.</summary>
    Suspend,

    /// <summary>Code that is not woven (a proxy, a serializer) stands between: all pin.</summary>
    Pin,

    /// <summary>Both happen.</summary>
    SuspendAndPin,

    /// <summary>The case only looks at types.</summary>
    AreNone,
}

/// <summary>Something that enumerates or subclasses types at run time, at work; its result as text.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ShapeCaseAttribute(Waits waits) : Attribute
{
    public Waits Waits { get; } = waits;
}
