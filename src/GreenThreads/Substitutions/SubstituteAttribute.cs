using System.ComponentModel;

namespace GreenThreads.Substitutions;

/// <summary>
/// On a static class: its public static methods replace the members of the same name of the type named here, in every
/// woven assembly. An instance member's substitute has the receiver as its first parameter (a struct receiver by
/// value), the type parameters of the declaring type come before the method's own; a property's substitute is named
/// <c>get_Name</c>, a constructor's <c>Create</c> (it returns the new object).
/// </summary>
/// <param name="type">The type whose members are replaced; an open generic type stands for all its instantiations.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class SubstituteAttribute(Type type) : Attribute
{
    /// <summary>The type whose members are replaced.</summary>
    public Type Type { get; } = type;

    /// <summary>The version of this library that had the substitutes first.</summary>
    public string Since { get; init; } = "0.1";
}
