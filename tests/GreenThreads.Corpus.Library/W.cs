namespace GreenThreads.Corpus;

/// <summary>The waits of the corpus.</summary>
public static class W
{
    /// <summary>Waits for its next turn.</summary>
    public static void Wait() => GreenThread.Yield();

    /// <summary>Waits for a timer.</summary>
    public static void Sleep() => GreenThread.Sleep(1);

    /// <summary>Waits, then gives the value back.</summary>
    public static T Id<T>(T value)
    {
        GreenThread.Yield();
        return value;
    }

    /// <summary>Waits, then throws <see cref="CorpusException"/>.</summary>
    public static void Fail(string message)
    {
        GreenThread.Yield();
        throw new CorpusException(message);
    }

    /// <summary>Waits, then throws <see cref="CorpusException"/> instead of returning a value.</summary>
    public static T Fail<T>(string message)
    {
        GreenThread.Yield();
        throw new CorpusException(message);
    }

    /// <summary>Throws at once, without a wait.</summary>
    public static void FailNow(string message) => throw new CorpusException(message);
}
