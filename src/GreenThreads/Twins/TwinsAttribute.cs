namespace GreenThreads;

/// <summary>
/// Says that blocking members of a type have asynchronous twins, which woven code calls instead on a green thread: a call
/// of <c>X(args)</c> becomes a wait for the task of <c>XAsync(args)</c>, and only the green thread is suspended.
/// </summary>
/// <remarks>
/// <para>
/// A member has a twin when the type, or a type that it derives from, has a public method of the same name with the suffix
/// <c>Async</c>, the same parameters or one <see cref="CancellationToken"/> more, and the same result as a <see cref="Task"/>
/// or <see cref="ValueTask"/>. A member with parameters that a task cannot keep (<c>ref</c>, spans) has none. Where a class
/// overrides the blocking member and not its twin, the blocking one is called, as written.
/// </para>
/// <para>
/// Put it on the assembly that calls the members, or on the one that has them if that is woven. For all types of an
/// assembly there is the build item <c>GreenThreadsTwins</c>. Members with a substitute of their own keep that.
/// </para>
/// </remarks>
/// <param name="type">The type.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class TwinsAttribute(Type type) : Attribute
{
    /// <summary>The type whose blocking members have twins.</summary>
    public Type Type { get; } = type;

    /// <summary>The names of members that are called as written all the same, separated by commas; null for none.</summary>
    public string? Except { get; init; }

    /// <summary>The version of the assembly with the attribute that had it first; for documentation.</summary>
    public string Since { get; init; } = "0.1";
}
