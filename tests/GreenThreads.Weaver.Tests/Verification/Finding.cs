namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>What kind of rule is broken.</summary>
internal enum Rule
{
    /// <summary>The stack is too short, too long, or differs where paths join.</summary>
    StackDepth,

    /// <summary>A value cannot go where it is put.</summary>
    Assignment,

    /// <summary>An operation on operands that it is not defined for.</summary>
    Operand,

    /// <summary>Paths join with types that have nothing in common.</summary>
    Join,

    /// <summary>A branch into or out of a protected region, or past the end.</summary>
    Branch,

    /// <summary>An instruction that must not stand where it is: ret in a try block, endfinally elsewhere.</summary>
    Placement,

    /// <summary>The stack is not empty where a protected region begins.</summary>
    RegionStack,

    /// <summary>The receiver of a constructor is used, or returned, before another constructor has run.</summary>
    UninitializedThis,

    /// <summary>A constructor is called other than by newobj or on the own receiver.</summary>
    ConstructorCall,

    /// <summary>A read-only field or a read-only reference is written.</summary>
    ReadOnly,

    /// <summary>A member that the method cannot see.</summary>
    Visibility,

    /// <summary>Type arguments that do not meet their constraints.</summary>
    Constraint,

    /// <summary>A member that does not exist.</summary>
    Unresolved,

    /// <summary>A reference to a variable of the method is returned.</summary>
    EscapingReference,

    /// <summary>A pointer is used: unsafe code.</summary>
    Pointer,
}

/// <summary>A broken rule.</summary>
internal sealed record Finding(string Method, int Offset, Rule Rule, string Text)
{
    public override string ToString() => $"{Method} IL_{Offset:x4}: {Rule}: {Text}";
}
