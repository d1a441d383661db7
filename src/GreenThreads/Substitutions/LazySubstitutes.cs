using System.ComponentModel;
using System.Runtime.CompilerServices;
using GreenThreads.Continuations;

namespace GreenThreads.Substitutions;

// The factory runs below the framework: it pins the thread that runs it. The others, which the framework would block in a monitor,
// wait here: one green thread at a time asks a Lazy that has no value yet. Whoever finds a value takes it without waiting.

/// <summary>Takes the place of <see cref="Lazy{T}.Value"/> in woven code.</summary>
[Substitute(typeof(Lazy<>))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LazySubstitutes
{
    private static readonly ConditionalWeakTable<object, GreenLock> s_gates = [];

    /// <summary>As <see cref="Lazy{T}.Value"/>; suspends a green thread while another one makes the value, and pins the one that does.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="lazy">The lazy value.</param>
    /// <returns>The value.</returns>
    public static T get_Value<T>(Lazy<T> lazy)
    {
        if (lazy.IsValueCreated || Continuation.CurrentOrNull is not GreenThread) return lazy.Value;
        GreenLock gate = GateOf(lazy);
        gate.Enter();
        try
        {
            return lazy.Value;
        }
        finally
        {
            gate.Exit();
        }
    }

    [NotWoven]
    private static GreenLock GateOf(object lazy) => s_gates.GetValue(lazy, static _ => new GreenLock());
}
