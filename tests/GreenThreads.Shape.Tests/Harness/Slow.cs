namespace GreenThreads.Shape.Tests.Harness;

/// <summary>The waits of the cases.</summary>
public static class Slow
{
    /// <summary>Waits for a timer.</summary>
    public static void Wait() => GreenThread.Sleep(1);

    /// <summary>Waits, then gives the value back.</summary>
    public static T Id<T>(T value)
    {
        Wait();
        return value;
    }
}
