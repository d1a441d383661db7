namespace GreenThreads.Corpus;

/// <summary>Exceptions that pass through frames that have waited: order, identity, traces.</summary>
public static class Throwing
{
    public static void Rethrow(Trace t)
    {
        try
        {
            try
            {
                W.Fail("first");
            }
            catch (CorpusException e)
            {
                t.Caught(e);
                throw;
            }
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void WrapAndThrow(Trace t)
    {
        try
        {
            try
            {
                W.Fail("inner");
            }
            catch (CorpusException e)
            {
                throw new CorpusException("outer", e);
            }
            finally
            {
                t.Log("finally");
            }
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void FinallyThrowsOverException(Trace t)
    {
        try
        {
            try
            {
                W.Fail("lost");
            }
            finally
            {
                W.FailNow("replaces");
            }
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void ExceptionThroughManyFrames(Trace t)
    {
        try
        {
            Descend(t, 40);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    private static int Descend(Trace t, int depth)
    {
        if (depth == 0) return W.Fail<int>("deep");
        if (depth % 10 != 0) return Descend(t, depth - 1) + 1;
        try
        {
            return Descend(t, depth - 1) + 1;
        }
        finally
        {
            t.Log("finally " + depth);
        }
    }

    public static void CatchInTheMiddle(Trace t) => t.Add(Middle(t, 30));

    private static int Middle(Trace t, int depth)
    {
        if (depth == 0) return W.Fail<int>("deep");
        if (depth != 15) return Middle(t, depth - 1) + 1;
        try
        {
            return Middle(t, depth - 1) + 1;
        }
        catch (CorpusException e)
        {
            t.Caught(e);
            return 1000;
        }
    }

    public static void ThrowBeforeAndAfterWait(Trace t)
    {
        foreach (bool early in new[] { true, false })
        {
            try
            {
                if (early) W.FailNow("early");
                W.Wait();
                W.FailNow("late");
            }
            catch (CorpusException e)
            {
                t.Caught(e);
            }
        }
    }

    public static void DivideByZeroAfterWait(Trace t)
    {
        try
        {
            int zero = W.Id(0);
            t.Add(W.Id(5) / zero);
        }
        catch (DivideByZeroException)
        {
            t.Log("divide");
        }
        try
        {
            int[] a = W.Id(new int[2]);
            t.Add(a[W.Id(2)]);
        }
        catch (IndexOutOfRangeException)
        {
            t.Log("index");
        }
        try
        {
            object o = W.Id<object>("s");
            t.Add((int)o);
        }
        catch (InvalidCastException)
        {
            t.Log("cast");
        }
    }

    public static void ThrowExpressions(Trace t)
    {
        try
        {
            string s = W.Id<string?>(null) ?? throw new CorpusException(W.Id("null"));
            t.Log(s);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void StackTraceNamesTheThrower(Trace t)
    {
        try
        {
            ThrowsAtTheBottom();
        }
        catch (CorpusException e)
        {
            t.Add(e.StackTrace!.Contains(nameof(ThrowsAtTheBottom)));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowsAtTheBottom()
    {
        W.Wait();
        throw new CorpusException("bottom");
    }

    public static void UncaughtEscapesTheCase(Trace t)
    {
        try
        {
            W.Wait();
            W.Fail("escapes");
        }
        finally
        {
            t.Log("finally on the way out");
        }
    }
}
