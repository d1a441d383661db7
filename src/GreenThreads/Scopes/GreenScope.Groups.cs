using System.Runtime.CompilerServices;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;
using GreenThreads.Scopes;

namespace GreenThreads;

// Results of groups of threads.
public sealed partial class GreenScope
{
    /// <summary>Runs functions side by side, each in a green thread of its own, and returns all results.</summary>
    /// <typeparam name="T">The type of the results.</typeparam>
    /// <param name="bodies">The functions.</param>
    /// <returns>The results, in the order of the functions.</returns>
    /// <remarks>Waits until all have ended: suspends a green thread, blocks an OS thread. The first failure cancels the others.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="bodies"/> is null.</exception>
    /// <exception cref="ArgumentException">One of the functions is null.</exception>
    /// <exception cref="Exception">What ends the scope, see the remarks of <see cref="GreenScope"/>.</exception>
    public static T[] All<T>(params Func<T>[] bodies) => All(bodies, new GreenScopeOptions());

    /// <summary>Runs functions side by side, each in a green thread of its own, and returns all results.</summary>
    /// <typeparam name="T">The type of the results.</typeparam>
    /// <param name="bodies">The functions.</param>
    /// <param name="options">The options of the scope in which they run.</param>
    /// <returns>The results, in the order of the functions.</returns>
    /// <remarks>Waits until all have ended: suspends a green thread, blocks an OS thread. The first failure cancels the others.</remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">One of the functions is null.</exception>
    /// <exception cref="Exception">What ends the scope, see the remarks of <see cref="GreenScope"/>.</exception>
    public static T[] All<T>(IEnumerable<Func<T>> bodies, GreenScopeOptions options)
    {
        Func<T>[] functions = ToArray(bodies);
        ArgumentNullException.ThrowIfNull(options);
        var threads = new GreenThread<T>[functions.Length];
        using (var scope = new GreenScope(options))
        {
            for (int i = 0; i < functions.Length; i++) threads[i] = scope.Start(functions[i]);
        }
        var results = new T[threads.Length];
        for (int i = 0; i < results.Length; i++) results[i] = threads[i].Result;
        return results;
    }

    /// <summary>
    /// Runs functions side by side, each in a green thread of its own, and returns the result of the first that succeeds; the
    /// others are cancelled.
    /// </summary>
    /// <typeparam name="T">The type of the results.</typeparam>
    /// <param name="bodies">The functions; at least one.</param>
    /// <returns>The first result.</returns>
    /// <remarks>Returns when all have ended: suspends a green thread, blocks an OS thread.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="bodies"/> is null.</exception>
    /// <exception cref="ArgumentException">There is no function, or one of them is null.</exception>
    /// <exception cref="AggregateException">None succeeded: what they failed with.</exception>
    /// <exception cref="OperationCanceledException">What lies around was cancelled before one had succeeded.</exception>
    public static T FirstSuccessful<T>(params Func<T>[] bodies) => FirstSuccessful(bodies, new GreenScopeOptions());

    /// <summary>
    /// Runs functions side by side, each in a green thread of its own, and returns the result of the first that succeeds; the
    /// others are cancelled.
    /// </summary>
    /// <typeparam name="T">The type of the results.</typeparam>
    /// <param name="bodies">The functions; at least one.</param>
    /// <param name="options">The options of the scope in which they run.</param>
    /// <returns>The first result.</returns>
    /// <remarks>Returns when all have ended: suspends a green thread, blocks an OS thread.</remarks>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">There is no function, or one of them is null.</exception>
    /// <exception cref="AggregateException">None succeeded: what they failed with.</exception>
    /// <exception cref="TimeoutException">The deadline has passed before one had succeeded.</exception>
    /// <exception cref="OperationCanceledException">What lies around was cancelled before one had succeeded.</exception>
    public static T FirstSuccessful<T>(IEnumerable<Func<T>> bodies, GreenScopeOptions options)
    {
        Func<T>[] functions = ToArray(bodies);
        ArgumentNullException.ThrowIfNull(options);
        if (functions.Length == 0) throw new ArgumentException("There is nothing to run: give at least one function.", nameof(bodies));
        var race = new Race<T>(functions.Length);
        using (var scope = new GreenScope(options))
        {
            foreach (Func<T> function in functions) scope.Start(() => race.Run(function, scope));
        }
        return race.Result;
    }

    /// <summary>The threads one after another, each when it has ended.</summary>
    /// <typeparam name="T">The type of thread.</typeparam>
    /// <param name="threads">The threads: of a scope, or others.</param>
    /// <returns>
    /// To be enumerated once: each step waits until the next of them has ended, with whatever outcome. It suspends a green
    /// thread and blocks an OS thread.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="threads"/> is null.</exception>
    /// <exception cref="ArgumentException">One of the threads is null.</exception>
    public static IEnumerable<T> AsCompleted<T>(IEnumerable<T> threads)
        where T : GreenThread
    {
        ArgumentNullException.ThrowIfNull(threads);
        T[] all = [.. threads];
        if (Array.IndexOf(all, null) >= 0) throw new ArgumentException("One of the threads is null.", nameof(threads));
        return Enumerate(all);
    }

    private static IEnumerable<T> Enumerate<T>(T[] threads)
        where T : GreenThread
    {
        var completions = new CompletionQueue(Continuation.Current);
        foreach (T thread in threads) thread.AddJoiner(completions);
        for (int i = 0; i < threads.Length; i++) yield return Unsafe.As<T>(completions.Take());
    }

    private static Func<T>[] ToArray<T>(IEnumerable<Func<T>> bodies)
    {
        ArgumentNullException.ThrowIfNull(bodies);
        Func<T>[] functions = [.. bodies];
        if (Array.IndexOf(functions, null) >= 0) throw new ArgumentException("One of the functions is null.", nameof(bodies));
        return functions;
    }
}
