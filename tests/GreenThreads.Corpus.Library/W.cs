namespace GreenThreads.Corpus;

/// <summary>The waits of the corpus.</summary>
public static class W
{
    /// <summary>Waits for its next turn.</summary>
    public static void Wait()
    {
        if (PlainWaits.AreSkipped && GreenThread.Current is null) return;
        GreenThread.Yield();
    }

    /// <summary>Waits for a timer.</summary>
    public static void Sleep() => GreenThread.Sleep(1);

    /// <summary>Waits, then gives the value back.</summary>
    public static T Id<T>(T value)
    {
        Wait();
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

/// <summary>
/// Whether waits on a plain OS thread are left out: on a busy machine each of them costs a turn of every other thread.
/// For programs whose plain run only says what the result must be.
/// </summary>
[NotWoven]
public static class PlainWaits
{
    /// <summary>Set by GREENTHREADS_CORPUS_PLAIN_WAITS=skip.</summary>
    public static bool AreSkipped { get; } = Environment.GetEnvironmentVariable("GREENTHREADS_CORPUS_PLAIN_WAITS") == "skip";
}
