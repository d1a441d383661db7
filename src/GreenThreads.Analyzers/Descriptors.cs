using Microsoft.CodeAnalysis;

namespace GreenThreads.Analyzers;

/// <summary>What the analyzers report.</summary>
internal static class Descriptors
{
    public const string Scalability = "Scalability";
    public const string Correctness = "Correctness";
    public const string Pinning = "Pinning";

    /// <summary>Arguments: what there is one of; of what there are ten thousand; why it is not converted, or nothing.</summary>
    public static readonly DiagnosticDescriptor ThreadPerConnection = Create(
        DiagnosticIds.ThreadPerConnection,
        "One OS thread per connection",
        "one OS thread per {0}: this stops at some ten thousand {1}{2}",
        Scalability,
        DiagnosticSeverity.Warning,
        "Each OS thread takes an address range, memory of the kernel and a place in its scheduler; servers that start one for each "
        + "connection, message or iteration end at the limits of the machine. A green thread takes a few hundred bytes while it waits.");

    /// <summary>Argument: where.</summary>
    public static readonly DiagnosticDescriptor SyncOverAsync = Create(
        DiagnosticIds.SyncOverAsync, "A task is waited for on a thread of the pool",
        "a task is waited for in {0}: the thread of the pool is blocked until others have done its work; await it, or run this code on a green thread",
        Scalability, DiagnosticSeverity.Warning, "Sync-over-async: with as many of these as the pool has threads nothing goes on any more.");

    /// <summary>Arguments: what is called; where.</summary>
    public static readonly DiagnosticDescriptor BlockedPoolThread = Create(
        DiagnosticIds.BlockedPoolThread, "A call blocks a thread of the pool",
        "{0} blocks its thread of the pool in {1}; use its asynchronous form, or run this code on a green thread",
        Scalability, DiagnosticSeverity.Info, "The pool grows slowly: while its threads are blocked, work waits.");

    /// <summary>Arguments: the field; the line of the wait.</summary>
    public static readonly DiagnosticDescriptor ThreadStaticAcrossWait = Create(
        DiagnosticIds.ThreadStaticAcrossWait, "Thread-static data is used before and after a wait",
        "{0} belongs to the carrier, and after the wait in line {1} a green thread may run on another one; use GreenLocal<T>",
        Correctness, DiagnosticSeverity.Warning, "[ThreadStatic] and ThreadLocal<T> do not follow a green thread.");

    /// <summary>Arguments: the lock; the line of the wait.</summary>
    public static readonly DiagnosticDescriptor LockAcrossWait = Create(
        DiagnosticIds.LockAcrossWait, "A wait inside a lock that others could take",
        "the lock on {0} is held during the wait in line {1} and pins the green thread; lock a private object of its own",
        Pinning, DiagnosticSeverity.Warning, "A lock belongs to the green thread only where the weaver sees all its users: a private object.");

    /// <summary>Arguments: the variable; the line of the wait.</summary>
    public static readonly DiagnosticDescriptor StackMemoryAcrossWait = Create(
        DiagnosticIds.StackMemoryAcrossWait, "Memory of the stack is in use across a wait",
        "{0} is in use across the wait in line {1} and pins the green thread; use an array",
        Pinning, DiagnosticSeverity.Warning, "stackalloc and fixed memory cannot be moved off the stack of the OS thread.");

    public static readonly DiagnosticDescriptor NeverJoined = Create(
        DiagnosticIds.NeverJoined, "Nobody joins the green thread",
        "the green thread is neither joined nor awaited; discard it with '_ =' if that is meant",
        Correctness, DiagnosticSeverity.Info, "The exception of a thread that nobody joins is only reported as unobserved.");

    public static readonly DiagnosticDescriptor ScopeNotDisposed = Create(
        DiagnosticIds.ScopeNotDisposed, "A scope is not disposed",
        "the scope is not disposed, so nobody waits for its threads; declare it with 'using'",
        Correctness, DiagnosticSeverity.Warning, "Dispose waits for the threads of the scope and rethrows their first failure.");

    /// <summary>Argument: the type or field.</summary>
    public static readonly DiagnosticDescriptor WaitInStaticConstructor = Create(
        DiagnosticIds.WaitInStaticConstructor, "A static constructor waits",
        "the static initialization of {0} waits: that pins the green thread, and all others that need the type wait for it; use Lazy<T> or GreenLazy<T>",
        Pinning, DiagnosticSeverity.Warning, "A static constructor is run by the runtime, under a lock of its own.");

    private static DiagnosticDescriptor Create(string id, string title, string message, string category, DiagnosticSeverity severity, string description) =>
        new(id, title, message, category, severity, isEnabledByDefault: true, description, helpLinkUri: $"docs/diagnostics/{id}.md");
}
