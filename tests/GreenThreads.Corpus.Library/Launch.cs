namespace GreenThreads.Corpus;

/// <summary>Starts cases from woven code, so that no frame of the runner lies below a wait.</summary>
public static class Launch
{
    /// <summary>Runs a case to its end on the calling thread; what escapes from it becomes a line of its trace.</summary>
    public static void Run(Action<Trace> body, Trace trace)
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
