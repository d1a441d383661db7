namespace GreenThreads.Weaver.Diagnostics;

/// <summary>The ids of the weaver's messages. Never renumbered; each has a page in docs/diagnostics.</summary>
internal enum DiagnosticId
{
    /// <summary>A wait in a catch, finally, filter or fault block.</summary>
    WaitInHandler = 1001,

    /// <summary>A reference, span or ref struct that cannot be made again is in use across a wait.</summary>
    ReferenceAcrossWait = 1002,

    /// <summary>A method waits but has a form that cannot be woven.</summary>
    MethodNotWovable = 1003,

    /// <summary>The IL of a method is not understood.</summary>
    UnknownIL = 1004,

    /// <summary>A pointer or a pinned local is in use across a wait.</summary>
    PointerAcrossWait = 1005,

    /// <summary>A call through a function pointer, or a delegate of a method that is not entered woven through one, that may wait.</summary>
    IndirectCall = 1006,

    /// <summary>A lock is held across a wait.</summary>
    WaitUnderLock = 1007,

    /// <summary>A method is too large to be woven.</summary>
    MethodTooLarge = 1008,

    /// <summary>Code that waits is called back by code that is not woven.</summary>
    CalledBackByForeignCode = 1009,

    /// <summary>The assembly has been woven before.</summary>
    AlreadyWoven = 1100,

    /// <summary>The file is not an assembly that can be read.</summary>
    UnreadableAssembly = 1101,

    /// <summary>A reference that the weaver needs was not found.</summary>
    UnresolvedReference = 1102,

    /// <summary>The assembly does not reference GreenThreads.</summary>
    RuntimeNotReferenced = 1103,

    /// <summary>The weaver failed on a method.</summary>
    WeaverFailure = 1104,

    /// <summary>The assembly has native code in it.</summary>
    MixedModeAssembly = 1105,

    /// <summary>The woven assembly could not be written.</summary>
    OutputNotWritten = 1106,

    /// <summary>A GreenThreadsWeaveAssembly item names no assembly that goes to the output folder. Reported by the targets.</summary>
    LibraryNotFound = 1107,

    /// <summary>The key that a library is to be signed with is not its own.</summary>
    KeyMismatch = 1108,

    /// <summary>A reference calls the woven methods of a library that is not woven here.</summary>
    WovenTogether = 1109,
}
