using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;
using GreenThreads.Scopes;

namespace GreenThreads;

/// <summary>
/// A stretch of code whose green threads end before it does: <see cref="Dispose"/> waits for them. The first one that fails
/// cancels the others and the code in the scope, and its exception is thrown where the scope ends.
/// </summary>
/// <remarks>
/// <para>
/// Write <c>using var scope = new GreenScope();</c> and start the children with <see cref="Start(Action, string)"/>. A scope
/// belongs to the thread (green or OS) that made it. Its children may start siblings in it; <see cref="Cancel"/>,
/// <see cref="Token"/> and the properties are for any thread.
/// </para>
/// <para>
/// Cancelling a scope ends the waits of everything in it, the children, the owner and the scopes inside, with an
/// <see cref="OperationCanceledException"/>, and every further wait too; what does not wait goes on. A child that ends with
/// such an exception then has not failed. To wait while cancelled, see <see cref="GreenThread.Shield"/>.
/// </para>
/// <para>
/// What ends a scope, in this order: the first failure, with the others attached (<see cref="GetOtherFailures"/>); a
/// <see cref="TimeoutException"/> if the deadline has cut something short; the interrupt of the owner's wait for the
/// children; an <see cref="OperationCanceledException"/> if the cancellation came from outside and has cut something short.
/// After <see cref="Cancel"/> nothing is thrown.
/// </para>
/// <para>
/// Where the code that makes the scope is woven, an exception that leaves the <c>using</c> block cancels the children first.
/// In code that is not woven <see cref="Dispose"/> cannot know of it, and waits for the children to end by themselves.
/// </para>
/// </remarks>
public sealed partial class GreenScope : IDisposable
{
    private const string OthersKey = "GreenThreads.OtherFailures";

    private readonly ScopeCore _core;

    // For a scope of an OS thread, whose end nobody sees: complains if the scope is collected.
    private readonly LeakSentinel? _sentinel;

    /// <summary>Opens a scope on the calling thread.</summary>
    /// <param name="deadline">How long it may take, from now; see <see cref="GreenScopeOptions.Deadline"/>.</param>
    /// <param name="maxConcurrency">How many children may run at a time; see <see cref="GreenScopeOptions.MaxConcurrency"/>.</param>
    /// <param name="cancellationToken">Cancels the scope.</param>
    /// <param name="member">Left to the compiler: for messages.</param>
    /// <param name="file">Left to the compiler: for messages.</param>
    /// <param name="line">Left to the compiler: for messages.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public GreenScope(
        TimeSpan? deadline = null,
        int? maxConcurrency = null,
        CancellationToken cancellationToken = default,
        [CallerMemberName] string member = "",
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
        : this(OptionsOf(deadline, maxConcurrency, cancellationToken), member, file, line)
    {
    }

    /// <summary>Opens a scope on the calling thread.</summary>
    /// <param name="options">Its options; read once.</param>
    /// <param name="member">Left to the compiler: for messages.</param>
    /// <param name="file">Left to the compiler: for messages.</param>
    /// <param name="line">Left to the compiler: for messages.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public GreenScope(
        GreenScopeOptions options,
        [CallerMemberName] string member = "",
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(options);
        Continuation owner = Continuation.Current;
        _core = new ScopeCore(owner, options, string.Create(CultureInfo.InvariantCulture, $"by {member} at {file}:{line}"));
        if (owner is not GreenThread) _sentinel = new LeakSentinel(_core);
    }

    /// <summary>A token that is cancelled with the scope, for calls that take one. Waits of green threads do not need it.</summary>
    public CancellationToken Token => _core.Token;

    /// <summary>Whether the scope has been cancelled: by <see cref="Cancel"/>, a failure, its deadline, its token, or with what lies around it.</summary>
    public bool IsCancellationRequested => _core.IsCanceled;

    /// <summary>The number of children that have not ended.</summary>
    public int Count => _core.Live;

    /// <summary>What the children have failed with so far, in the order in which they ended; those that were cancelled have not failed.</summary>
    public IReadOnlyList<Exception> Failures => _core.Failures;

    /// <summary>Starts a child. Does not wait: beyond the limit of concurrency the child starts later.</summary>
    /// <param name="body">What it does.</param>
    /// <param name="name">Its <see cref="GreenThread.Name"/>.</param>
    /// <returns>The child. In a scope that is cancelled it has ended, without having run.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The calling thread is neither the owner of the scope nor runs in it.</exception>
    /// <exception cref="ObjectDisposedException">The scope has been disposed.</exception>
    public GreenThread Start(Action body, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        CheckInside();
        var child = new GreenThread(body, _core) { Name = name };
        _core.Start(child);
        return child;
    }

    /// <summary>Starts a child with a result. Does not wait: beyond the limit of concurrency the child starts later.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="body">What it does.</param>
    /// <param name="name">Its <see cref="GreenThread.Name"/>.</param>
    /// <returns>The child. In a scope that is cancelled it has ended, without having run.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The calling thread is neither the owner of the scope nor runs in it.</exception>
    /// <exception cref="ObjectDisposedException">The scope has been disposed.</exception>
    public GreenThread<T> Start<T>(Func<T> body, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        CheckInside();
        var child = new GreenThread<T>(body, _core) { Name = name };
        _core.Start(child);
        return child;
    }

    /// <summary>Cancels everything in the scope. From any thread; does not wait.</summary>
    public void Cancel() => _core.Cancel(CancelCause.Requested);

    /// <summary>Waits until all children have ended; further ones may be started afterwards. Suspends a green thread, blocks an OS thread.</summary>
    /// <exception cref="Exception">What ends the scope, see the remarks of the class; once, not again by <see cref="Dispose"/>.</exception>
    /// <exception cref="InvalidOperationException">The scope belongs to another thread.</exception>
    public void Join()
    {
        CheckOwner();
        ThrowIfAny(_core.TakeOutcome(WaitForChildren(), countOwner: false));
    }

    /// <summary>Waits until all children have ended, and closes the scope. Suspends a green thread, blocks an OS thread.</summary>
    /// <remarks>
    /// An interrupt or a cancellation during the wait cancels the children; the wait goes on until they have ended.
    /// </remarks>
    /// <exception cref="Exception">What ends the scope, see the remarks of the class.</exception>
    /// <exception cref="InvalidOperationException">The scope belongs to another thread, or one that was opened in it is still open.</exception>
    public void Dispose() => End(countOwner: true);

    /// <summary>Disposes a scope in a finally block; for code that the weaver emits.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="exception">The exception with which its block is being left, or null.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static void DisposeAfter(GreenScope scope, object? exception)
    {
        if (exception is Exception failure && !scope._core.IsClosed) scope._core.BodyFailed(failure);
        scope.End(countOwner: exception is OperationCanceledException);
    }

    /// <summary>The exceptions of the siblings that failed too, after the one that a scope has thrown.</summary>
    /// <param name="exception">What a scope has thrown.</param>
    /// <returns>The others; empty if there were none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static IReadOnlyList<Exception> GetOtherFailures(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.Data[OthersKey] as Exception[] ?? [];
    }

    [NotWoven]
    internal static void Attach(Exception first, Exception[] others)
    {
        IDictionary data = first.Data;
        if (!data.IsReadOnly) data[OthersKey] = others;
    }

    private void End(bool countOwner)
    {
        if (_core.IsClosed) return;
        CheckOwner();
        CheckInnermost();
        Exception? waitFailure = WaitForChildren();
        Close();
        ThrowIfAny(_core.TakeOutcome(waitFailure, countOwner));
    }

    private Exception? WaitForChildren()
    {
        if (_core.Live == 0) return null;
        // Nothing is gained if this wait ends by the cancellation of the scope itself: the children are cancelled already.
        bool isInnermost = _core.TryStepOut();
        Exception? failure = null;
        try
        {
            while (_core.Live != 0) Parker.Park(ParkReason.Scope, Deadline.Never, _core);
        }
        catch (Exception exception) when (Parker.IsWakeException(exception))
        {
            _core.Cancel(CancelCause.Owner);
            WaitShielded();
            failure = exception;
        }
        if (isInnermost) _core.StepIn();
        return failure;
    }

    private void WaitShielded()
    {
        bool shielded = Parker.Shield();
        while (_core.Live != 0) Parker.Park(ParkReason.Scope, Deadline.Never, _core);
        Parker.Unshield(shielded);
    }

    [NotWoven]
    private void Close()
    {
        _core.Close();
        if (_sentinel is not null) GC.SuppressFinalize(_sentinel);
    }

    [NotWoven]
    private static void ThrowIfAny(ExceptionDispatchInfo? outcome) => outcome?.Throw();

    [NotWoven]
    private void CheckOwner()
    {
        if (!ReferenceEquals(Continuation.CurrentOrNull, _core.Owner)) ThrowForeign("wait for its children");
    }

    [NotWoven]
    private void CheckInside()
    {
        if (!ReferenceEquals(Continuation.CurrentOrNull, _core.Owner) && !IsInside()) ThrowForeign("start a child in it");
    }

    /// <summary>Whether the calling thread runs in the scope.</summary>
    [NotWoven]
    internal bool IsInside()
    {
        for (CancellationNode? node = Continuation.CurrentOrNull?.Cancellation; node is not null; node = node.Parent)
        {
            if (ReferenceEquals(node, _core)) return true;
        }
        return false;
    }

    [NotWoven]
    private void CheckInnermost()
    {
        CancellationNode? innermost = _core.Owner.Cancellation;
        if (ReferenceEquals(innermost, _core)) return;
        throw new InvalidOperationException(
            $"{Capital(_core)} cannot be disposed before {innermost}, which was opened inside of it. Dispose scopes and shields in the reverse order, with `using`.");
    }

    private void ThrowForeign(string action) => throw new InvalidOperationException(
        $"{Capital(_core)} belongs to {Name(_core.Owner)}; {Name(Continuation.CurrentOrNull)} cannot {action}. "
        + "Use it on the thread that made it or on its children, or make a scope of its own for that thread.");

    private static string Capital(ScopeCore scope) => "T" + scope.ToString()[1..];

    private static string Name(Continuation? thread) => thread is GreenThread green
        ? string.Create(CultureInfo.InvariantCulture, $"green thread {green.Id}")
        : "an OS thread";

    private static GreenScopeOptions OptionsOf(TimeSpan? deadline, int? maxConcurrency, CancellationToken cancellationToken) => new()
    {
        Deadline = deadline,
        MaxConcurrency = maxConcurrency,
        CancellationToken = cancellationToken,
    };

    private sealed class LeakSentinel(ScopeCore core)
    {
        ~LeakSentinel() => GreenThread.RaiseUnobserved(null, core.Leak());
    }
}
