namespace GreenThreads.Corpus;

/// <summary>Code that is not woven and calls back.</summary>
[NotWoven]
public static class Foreign
{
    /// <summary>Calls once.</summary>
    public static T Call<T>(Func<T> callback) => callback();

    /// <summary>Calls for each item.</summary>
    public static void Each<T>(IEnumerable<T> items, Action<T> callback)
    {
        foreach (T item in items) callback(item);
    }

    /// <summary>Calls twice, the second time with the first result.</summary>
    public static T Twice<T>(T value, Func<T, T> callback) => callback(callback(value));

    /// <summary>A method group that is closed over its first argument and invokes another delegate on the same object.</summary>
    public static string Reenter(this object target, Func<object, string> callback, Trace trace)
    {
        trace.Log("reenter in");
        string result = callback(target);
        trace.Log("reenter out");
        return result;
    }
}

/// <summary>A base class that is not woven between woven ones: its methods call overrides.</summary>
[NotWoven]
public abstract class ForeignTemplate(Trace trace)
{
    /// <summary>What runs.</summary>
    protected Trace Trace { get; } = trace;

    /// <summary>Calls the override between two lines.</summary>
    public virtual int Run(int value)
    {
        Trace.Log("template before");
        int result = Step(value);
        Trace.Log("template after");
        return result + 1;
    }

    /// <summary>Overridden in woven code.</summary>
    protected abstract int Step(int value);

    /// <summary>Calls itself through the same slot with the same receiver.</summary>
    public virtual int Down(int depth)
    {
        Trace.Log("foreign down " + depth);
        int result = depth == 0 ? 0 : Down(depth - 1) + 1;
        Trace.Log("foreign up " + depth);
        return result;
    }
}
