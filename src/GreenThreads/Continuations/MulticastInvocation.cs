using System.Collections.Specialized;
using System.ComponentModel;

namespace GreenThreads.Continuations;

/// <summary>
/// Calls the targets of a delegate one after the other, as the delegate does itself in code that is not woven. Woven callers take
/// the way through here where a delegate has several targets; the weaver finds the method by the type of its first parameter.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class MulticastInvocation
{
    /// <summary>Calls all targets.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    public static void Invoke(Action callee)
    {
        foreach (Action each in Delegate.EnumerateInvocationList(callee)) each();
    }

    /// <summary>Calls all targets.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <typeparam name="TFirst">Of an argument.</typeparam>
    /// <param name="first">Passed on.</param>
    public static void Invoke<TFirst>(Action<TFirst> callee, TFirst first)
    {
        foreach (Action<TFirst> each in Delegate.EnumerateInvocationList(callee)) each(first);
    }

    /// <summary>Calls all targets.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <typeparam name="TFirst">Of an argument.</typeparam>
    /// <typeparam name="TSecond">Of an argument.</typeparam>
    /// <param name="first">Passed on.</param>
    /// <param name="second">Passed on.</param>
    public static void Invoke<TFirst, TSecond>(Action<TFirst, TSecond> callee, TFirst first, TSecond second)
    {
        foreach (Action<TFirst, TSecond> each in Delegate.EnumerateInvocationList(callee)) each(first, second);
    }

    /// <summary>Calls all targets.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <typeparam name="TFirst">Of an argument.</typeparam>
    /// <typeparam name="TSecond">Of an argument.</typeparam>
    /// <typeparam name="TThird">Of an argument.</typeparam>
    /// <param name="first">Passed on.</param>
    /// <param name="second">Passed on.</param>
    /// <param name="third">Passed on.</param>
    public static void Invoke<TFirst, TSecond, TThird>(Action<TFirst, TSecond, TThird> callee, TFirst first, TSecond second, TThird third)
    {
        foreach (Action<TFirst, TSecond, TThird> each in Delegate.EnumerateInvocationList(callee)) each(first, second, third);
    }

    /// <summary>Calls all targets.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <typeparam name="TFirst">Of an argument.</typeparam>
    /// <typeparam name="TSecond">Of an argument.</typeparam>
    /// <typeparam name="TThird">Of an argument.</typeparam>
    /// <typeparam name="TFourth">Of an argument.</typeparam>
    /// <param name="first">Passed on.</param>
    /// <param name="second">Passed on.</param>
    /// <param name="third">Passed on.</param>
    /// <param name="fourth">Passed on.</param>
    public static void Invoke<TFirst, TSecond, TThird, TFourth>(Action<TFirst, TSecond, TThird, TFourth> callee, TFirst first, TSecond second, TThird third, TFourth fourth)
    {
        foreach (Action<TFirst, TSecond, TThird, TFourth> each in Delegate.EnumerateInvocationList(callee)) each(first, second, third, fourth);
    }

    /// <summary>Calls all targets.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <param name="first">Passed on.</param>
    /// <param name="second">Passed on.</param>
    public static void Invoke(EventHandler callee, object? first, EventArgs second)
    {
        foreach (EventHandler each in Delegate.EnumerateInvocationList(callee)) each(first, second);
    }

    /// <summary>Calls all targets.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <typeparam name="TEventArgs">Of an argument.</typeparam>
    /// <param name="first">Passed on.</param>
    /// <param name="second">Passed on.</param>
    public static void Invoke<TEventArgs>(EventHandler<TEventArgs> callee, object? first, TEventArgs second)
    {
        foreach (EventHandler<TEventArgs> each in Delegate.EnumerateInvocationList(callee)) each(first, second);
    }

    /// <summary>Calls all targets.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <param name="first">Passed on.</param>
    /// <param name="second">Passed on.</param>
    public static void Invoke(PropertyChangedEventHandler callee, object? first, PropertyChangedEventArgs second)
    {
        foreach (PropertyChangedEventHandler each in Delegate.EnumerateInvocationList(callee)) each(first, second);
    }

    /// <summary>Calls all targets.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <param name="first">Passed on.</param>
    /// <param name="second">Passed on.</param>
    public static void Invoke(PropertyChangingEventHandler callee, object? first, PropertyChangingEventArgs second)
    {
        foreach (PropertyChangingEventHandler each in Delegate.EnumerateInvocationList(callee)) each(first, second);
    }

    /// <summary>Calls all targets.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <param name="first">Passed on.</param>
    /// <param name="second">Passed on.</param>
    public static void Invoke(NotifyCollectionChangedEventHandler callee, object? first, NotifyCollectionChangedEventArgs second)
    {
        foreach (NotifyCollectionChangedEventHandler each in Delegate.EnumerateInvocationList(callee)) each(first, second);
    }

    /// <summary>Calls all targets; the result is that of the last.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <typeparam name="TResult">Of the result.</typeparam>
    /// <returns>The result of the last target.</returns>
    public static TResult Invoke<TResult>(Func<TResult> callee)
    {
        TResult result = default!;
        foreach (Func<TResult> each in Delegate.EnumerateInvocationList(callee)) result = each();
        return result;
    }

    /// <summary>Calls all targets; the result is that of the last.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <typeparam name="TFirst">Of an argument.</typeparam>
    /// <typeparam name="TResult">Of the result.</typeparam>
    /// <param name="first">Passed on.</param>
    /// <returns>The result of the last target.</returns>
    public static TResult Invoke<TFirst, TResult>(Func<TFirst, TResult> callee, TFirst first)
    {
        TResult result = default!;
        foreach (Func<TFirst, TResult> each in Delegate.EnumerateInvocationList(callee)) result = each(first);
        return result;
    }

    /// <summary>Calls all targets; the result is that of the last.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <typeparam name="TFirst">Of an argument.</typeparam>
    /// <typeparam name="TSecond">Of an argument.</typeparam>
    /// <typeparam name="TResult">Of the result.</typeparam>
    /// <param name="first">Passed on.</param>
    /// <param name="second">Passed on.</param>
    /// <returns>The result of the last target.</returns>
    public static TResult Invoke<TFirst, TSecond, TResult>(Func<TFirst, TSecond, TResult> callee, TFirst first, TSecond second)
    {
        TResult result = default!;
        foreach (Func<TFirst, TSecond, TResult> each in Delegate.EnumerateInvocationList(callee)) result = each(first, second);
        return result;
    }

    /// <summary>Calls all targets; the result is that of the last.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <typeparam name="TFirst">Of an argument.</typeparam>
    /// <typeparam name="TSecond">Of an argument.</typeparam>
    /// <typeparam name="TThird">Of an argument.</typeparam>
    /// <typeparam name="TResult">Of the result.</typeparam>
    /// <param name="first">Passed on.</param>
    /// <param name="second">Passed on.</param>
    /// <param name="third">Passed on.</param>
    /// <returns>The result of the last target.</returns>
    public static TResult Invoke<TFirst, TSecond, TThird, TResult>(Func<TFirst, TSecond, TThird, TResult> callee, TFirst first, TSecond second, TThird third)
    {
        TResult result = default!;
        foreach (Func<TFirst, TSecond, TThird, TResult> each in Delegate.EnumerateInvocationList(callee)) result = each(first, second, third);
        return result;
    }

    /// <summary>Calls all targets; the result is that of the last.</summary>
    /// <param name="callee">A delegate with several targets.</param>
    /// <typeparam name="TFirst">Of an argument.</typeparam>
    /// <typeparam name="TSecond">Of an argument.</typeparam>
    /// <typeparam name="TThird">Of an argument.</typeparam>
    /// <typeparam name="TFourth">Of an argument.</typeparam>
    /// <typeparam name="TResult">Of the result.</typeparam>
    /// <param name="first">Passed on.</param>
    /// <param name="second">Passed on.</param>
    /// <param name="third">Passed on.</param>
    /// <param name="fourth">Passed on.</param>
    /// <returns>The result of the last target.</returns>
    public static TResult Invoke<TFirst, TSecond, TThird, TFourth, TResult>(Func<TFirst, TSecond, TThird, TFourth, TResult> callee, TFirst first, TSecond second, TThird third, TFourth fourth)
    {
        TResult result = default!;
        foreach (Func<TFirst, TSecond, TThird, TFourth, TResult> each in Delegate.EnumerateInvocationList(callee)) result = each(first, second, third, fourth);
        return result;
    }
}
