namespace GreenThreads.Analyzers;

/// <summary>The ids of the analyzers. Never renumbered, never used again; each has a page in docs/diagnostics.</summary>
public static class DiagnosticIds
{
    /// <summary>One OS thread per connection, message or iteration.</summary>
    public const string ThreadPerConnection = "GT2001";

    /// <summary>A task is waited for on a thread of the pool.</summary>
    public const string SyncOverAsync = "GT2002";

    /// <summary>A call blocks a thread of the pool.</summary>
    public const string BlockedPoolThread = "GT2003";

    /// <summary>Thread-static data is used before and after a wait.</summary>
    public const string ThreadStaticAcrossWait = "GT2004";

    /// <summary>A wait inside a lock that others could take.</summary>
    public const string LockAcrossWait = "GT2005";

    /// <summary>Memory of the stack is in use across a wait.</summary>
    public const string StackMemoryAcrossWait = "GT2006";

    /// <summary>Nobody joins a green thread.</summary>
    public const string NeverJoined = "GT2007";

    /// <summary>A scope is not disposed.</summary>
    public const string ScopeNotDisposed = "GT2008";

    /// <summary>A static constructor waits.</summary>
    public const string WaitInStaticConstructor = "GT2009";

    /// <summary>Not a report: CS4014 is taken back where a green thread is started.</summary>
    public const string DroppedStart = "GTS001";
}
