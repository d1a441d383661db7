namespace GreenThreads.Corpus;

/// <summary>Waits inside catch, finally and filter blocks.</summary>
public static class Handlers
{
    public static void WaitInCatch(Trace t)
    {
        try
        {
            W.FailNow("now");
        }
        catch (CorpusException e)
        {
            W.Wait();
            t.Caught(e);
            t.Add(W.Id(5));
        }
        t.Add(W.Id("after"));
    }

    public static void WaitInTryAndCatch(Trace t)
    {
        for (int i = 0; i < 3; i++)
        {
            try
            {
                W.Wait();
                if (i != 1) W.Fail("f" + i);
            }
            catch (CorpusException e)
            {
                W.Wait();
                t.Caught(e);
                W.Wait();
            }
        }
    }

    public static void RethrowAfterWait(Trace t)
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
                W.Wait();
                throw;
            }
        }
        catch (CorpusException e)
        {
            t.Caught(e);
            t.Add(e.StackTrace!.Contains("Fail"));
        }
    }

    public static void ThrowOtherAfterWait(Trace t)
    {
        try
        {
            try
            {
                W.Fail("first");
            }
            catch (CorpusException e)
            {
                throw new CorpusException(W.Id("second"), e);
            }
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void WaitInFinally(Trace t)
    {
        try
        {
            t.Log("try");
        }
        finally
        {
            t.Log("in");
            W.Wait();
            t.Log("out");
        }
        t.Log("after");
    }

    public static void WaitInFinallyOnException(Trace t)
    {
        try
        {
            try
            {
                W.Fail("x");
            }
            finally
            {
                t.Log("in");
                W.Wait();
                t.Log("out");
            }
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void ReturnThroughWaitingFinally(Trace t)
    {
        t.Add(Returns(t, true));
        t.Add(Returns(t, false));
    }

    private static string Returns(Trace t, bool early)
    {
        try
        {
            if (early) return W.Id("early");
            t.Log("not early");
        }
        finally
        {
            W.Wait();
            t.Log("finally");
        }
        return "late";
    }

    public static void BreakThroughWaitingFinally(Trace t)
    {
        for (int i = 0; i < 5; i++)
        {
            try
            {
                if (i == 1) continue;
                if (i == 3) break;
                t.Add(i);
            }
            finally
            {
                t.Log("f" + W.Id(i));
            }
        }
    }

    public static void NestedFinallies(Trace t)
    {
        try
        {
            try
            {
                try
                {
                    W.Fail("deep");
                }
                finally
                {
                    t.Add(W.Id(1));
                }
            }
            finally
            {
                t.Add(W.Id(2));
            }
        }
        catch (CorpusException e)
        {
            t.Caught(e);
            W.Wait();
        }
        finally
        {
            t.Add(W.Id(3));
        }
    }

    public static void TryInsideCatch(Trace t)
    {
        try
        {
            W.Fail("outer");
        }
        catch (CorpusException outer)
        {
            try
            {
                W.Fail("inner");
            }
            catch (CorpusException inner)
            {
                W.Wait();
                t.Caught(inner);
            }
            finally
            {
                W.Wait();
            }
            t.Caught(outer);
        }
    }

    public static void TryInsideFinally(Trace t)
    {
        try
        {
            W.Wait();
        }
        finally
        {
            try
            {
                W.Fail("in finally");
            }
            catch (CorpusException e)
            {
                W.Wait();
                t.Caught(e);
            }
        }
    }

    public static void FinallyThrowsAfterWait(Trace t)
    {
        try
        {
            try
            {
                W.Fail("lost");
            }
            finally
            {
                W.Fail("replaces");
            }
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void FinallyWithoutReachableEnd(Trace t)
    {
        foreach (Func<Trace, int> each in new Func<Trace, int>[] { AlwaysThrowsUnderTry, AlwaysThrowsInTry, AlwaysThrows, RethrowsUnderTry })
        {
            try
            {
                t.Add(each(t));
            }
            catch (CorpusException e)
            {
                t.Caught(e);
            }
        }
    }

    private static int AlwaysThrowsUnderTry(Trace t)
    {
        try
        {
        }
        finally
        {
            try
            {
                W.Wait();
                throw new CorpusException("under a try");
            }
            finally
            {
                t.Log("inner finally");
            }
        }
        return 1;
    }

    private static int AlwaysThrowsInTry(Trace t)
    {
        try
        {
            W.Wait();
        }
        finally
        {
            W.Wait();
            try
            {
                throw new CorpusException("in a try");
            }
            finally
            {
                t.Add(W.Id("inner finally"));
            }
        }
        return 1;
    }

    private static int AlwaysThrows(Trace t)
    {
        try
        {
            W.Wait();
        }
        finally
        {
            W.Wait();
            throw new CorpusException("at the end");
        }
        return 1;
    }

    private static int RethrowsUnderTry(Trace t)
    {
        try
        {
            W.Fail("first");
        }
        catch (CorpusException)
        {
            try
            {
                W.Wait();
                throw;
            }
            finally
            {
                t.Add(W.Id("inner finally"));
            }
        }
        return 1;
    }

    [MayPin("an exception filter runs while the stack is still there")]
    public static void FilterWaits(Trace t)
    {
        for (int i = 0; i < 2; i++)
        {
            try
            {
                W.Fail("m" + i);
            }
            catch (CorpusException e) when (W.Id(e.Message) == "m0")
            {
                t.Log("filtered");
            }
            catch (CorpusException e)
            {
                t.Caught(e);
            }
        }
    }

    [MayPin("an exception filter runs while the stack is still there")]
    public static void FilterThrowsAfterWait(Trace t)
    {
        try
        {
            W.FailNow("outer");
        }
        catch (CorpusException) when (W.Fail<bool>("in filter"))
        {
            t.Log("never");
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    private sealed class Resource(string name, Trace t) : IDisposable
    {
        public void Dispose()
        {
            t.Log("dispose in " + name);
            W.Wait();
            t.Log("dispose out " + name);
        }
    }

    public static void DisposeWaits(Trace t)
    {
        using (new Resource("a", t))
        using (new Resource("b", t))
        {
            t.Add(W.Id(1));
        }
        try
        {
            using var c = new Resource("c", t);
            W.Fail("x");
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    private struct StructResource(Trace t) : IDisposable
    {
        public readonly void Dispose()
        {
            W.Wait();
            t.Log("struct disposed");
        }
    }

    public static void StructDisposeWaits(Trace t)
    {
        using var r = new StructResource(t);
        t.Add(W.Id(2));
    }

    public static void ExceptionVariableAcrossWait(Trace t)
    {
        Exception? kept = null;
        try
        {
            W.Fail("kept");
        }
        catch (Exception e)
        {
            W.Wait();
            kept = e;
        }
        W.Wait();
        t.Caught(kept!);
    }

    public static void LoopInCatch(Trace t)
    {
        try
        {
            W.Fail("x");
        }
        catch (CorpusException)
        {
            for (int i = 0; i < 3; i++) t.Add(W.Id(i));
        }
    }

    public static void ReturnFromCatch(Trace t) => t.Add(FromCatch(t));

    private static int FromCatch(Trace t)
    {
        try
        {
            return W.Fail<int>("x");
        }
        catch (CorpusException)
        {
            return W.Id(5);
        }
        finally
        {
            t.Log("finally");
        }
    }

    public static void DeepCallInCatch(Trace t)
    {
        try
        {
            W.Fail("x");
        }
        catch (CorpusException)
        {
            t.Add(Depth(20));
        }
    }

    private static int Depth(int n) => n == 0 ? W.Id(0) : Depth(n - 1) + 1;

    public static void RetryLoop(Trace t)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                if (attempt < 3) W.Fail("attempt " + attempt);
                t.Log("succeeded");
                return;
            }
            catch (CorpusException e) when (attempt < 5)
            {
                t.Caught(e);
                W.Sleep();
            }
        }
    }
}
