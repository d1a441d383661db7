namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>What a generated variable holds.</summary>
internal enum Kind
{
    Int,
    Text,
    Long,
    Double,
    Value,
    Object,
    Numbers,
}

/// <summary>How the last parameter of a generated method is passed, if it has one more than those in its list.</summary>
internal enum Passing
{
    None,
    Ref,
    Out,
    In,
}

/// <summary>A variable that is in scope.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its type.</param>
/// <param name="CanCapture">Whether a lambda may capture it: not a reference, not a field of a struct.</param>
/// <param name="CanAssign">Whether it may be assigned: not a foreach variable.</param>
/// <param name="IsProperty">Whether no reference to it can be taken.</param>
internal sealed record Variable(string Name, Kind Kind, bool CanCapture = true, bool CanAssign = true, bool IsProperty = false);

/// <summary>A method that generated code may call; the arguments are those of the parameters, and of the one that is passed by reference.</summary>
internal sealed record Callee(Kind Result, Kind[] Parameters, Passing Passing, Func<string[], string> Call, bool CanCapture = true);

/// <summary>What the generators of one program share.</summary>
internal sealed class ProgramScope(Random random)
{
    private int _names;

    /// <summary>Whether only what never pins is written. The other programs pin here and there, which hides what would suspend.</summary>
    public bool IsCalm { get; init; }

    /// <summary>The only source of chance.</summary>
    public Random Random => random;

    /// <summary>What can be called from the method that is being written; only what is written already, so that programs end.</summary>
    public List<Callee> Callees { get; } = [];

    /// <summary>What calls back from code that is not woven, or waits in an async method: the reasons why waits may pin without a report.</summary>
    public SortedSet<string> Pins { get; } = new(StringComparer.Ordinal);

    /// <summary>How many methods it has: declared ones, local functions, lambdas with statements.</summary>
    public int Methods { get; set; }

    /// <summary>The C# type.</summary>
    public static string TypeOf(Kind kind) => kind switch
    {
        Kind.Int => "int",
        Kind.Text => "string",
        Kind.Long => "long",
        Kind.Double => "double",
        Kind.Value => "Value",
        Kind.Object => "object?",
        _ => "int[]",
    };

    /// <summary>A name that the program has not used yet.</summary>
    public string Name(string prefix) => prefix + _names++;

    /// <summary>True once in so many.</summary>
    public bool Once(int many) => random.Next(many) == 0;

    public Kind AnyKind() => (Kind)random.Next(7);

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];
}
