namespace GreenThreads.Corpus;

/// <summary>Starts cases from woven code, so that no frame of the runner lies below a wait.</summary>
public static class Launch
{
    /// <summary>Runs a case to its end on the calling thread, and again: a second call of the same method may take a shorter way.</summary>
    public static void Run(Action<Trace> body, Trace trace)
    {
        RunOnce(body, trace);
        trace.Log("again");
        RunOnce(body, trace);
    }

    // What escapes from the case becomes a line of its trace.
    private static void RunOnce(Action<Trace> body, Trace trace)
    {
        try
        {
            body(trace);
            trace.Log("end");
        }
        catch (Exception exception)
        {
            trace.Log("escaped");
            trace.Caught(exception);
        }
    }

    /// <summary>Runs a case on a new green thread.</summary>
    public static GreenThread Start(Action<Trace> body, Trace trace) => GreenThread.Start(() => Run(body, trace));
}
