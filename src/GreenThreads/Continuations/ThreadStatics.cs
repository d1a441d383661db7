using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GreenThreads.Continuations;

/// <summary>
/// The [ThreadStatic] fields of woven libraries, which belong to the green thread while it runs on one: a library that keeps
/// a stack, a depth or a buffer in such a field must find it again after a wait, on whichever carrier.
/// </summary>
/// <remarks>
/// The weaver gives each type with such fields a class that holds them. A thread's holders are made on first use and found
/// by the number of their class.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
[NotWoven]
public static class ThreadStatics
{
    private static int s_classes;

    /// <summary>The current thread's holder. Does not suspend.</summary>
    /// <typeparam name="T">The class that holds the fields of one type.</typeparam>
    /// <returns>The same object for the same thread, green or not, made on its first use.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>() where T : class, new()
    {
        object?[]? holders = Continuation.Current.StaticFields;
        int number = Number<T>.Value;
        return holders is not null && (uint)number < (uint)holders.Length && holders[number] is { } holder ? Unsafe.As<T>(holder) : Make<T>(number);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static T Make<T>(int number) where T : class, new()
    {
        Continuation current = Continuation.Current;
        object?[] holders = current.StaticFields ?? [];
        if (number >= holders.Length) Array.Resize(ref holders, Math.Max(number + 1, Volatile.Read(ref s_classes)));
        var holder = new T();
        holders[number] = holder;
        current.StaticFields = holders;
        return holder;
    }

    private static class Number<T>
    {
        public static readonly int Value = Interlocked.Increment(ref s_classes) - 1;
    }
}
