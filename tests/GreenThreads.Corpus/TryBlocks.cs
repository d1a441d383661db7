namespace GreenThreads.Corpus;

/// <summary>Waits inside try bodies, in every combination of handlers that do not wait themselves.</summary>
public static class TryBlocks
{
    public static void TryCatch(Trace t)
    {
        for (int i = 0; i < 3; i++)
        {
            try
            {
                t.Add(W.Id(i));
                if (i == 1) W.Fail("one");
                t.Log("no exception");
            }
            catch (CorpusException e)
            {
                t.Caught(e);
            }
        }
    }

    public static void TryFinally(Trace t)
    {
        try
        {
            t.Log("try");
            W.Wait();
            t.Log("try end");
        }
        finally
        {
            t.Log("finally");
        }
    }

    public static void FinallyRunsOnce(Trace t)
    {
        int runs = 0;
        try
        {
            for (int i = 0; i < 5; i++) W.Wait();
        }
        finally
        {
            runs++;
        }
        t.Add(runs);
    }

    public static void TryCatchFinally(Trace t)
    {
        try
        {
            try
            {
                W.Wait();
                W.Fail("inner");
            }
            catch (CorpusException e) when (e.Message == "other")
            {
                t.Log("wrong");
            }
            finally
            {
                t.Log("inner finally");
            }
        }
        catch (Exception e)
        {
            t.Caught(e);
        }
        finally
        {
            t.Log("outer finally");
        }
    }

    public static void CatchOrder(Trace t)
    {
        foreach (string kind in new[] { "argument", "corpus", "format", "none" })
        {
            try
            {
                W.Wait();
                switch (kind)
                {
                    case "argument": throw new ArgumentNullException(W.Id("p"));
                    case "corpus": W.Fail("corpus"); break;
                    case "format": int.Parse(W.Id("x")); break;
                }
                t.Log("none");
            }
            catch (ArgumentNullException)
            {
                t.Log("argument null");
            }
            catch (CorpusException e)
            {
                t.Caught(e);
            }
            catch (Exception e)
            {
                t.Log(e.GetType().Name);
            }
        }
    }

    public static void ReturnFromTry(Trace t)
    {
        t.Add(Returns(t, 0));
        t.Add(Returns(t, 1));
        t.Add(Returns(t, 2));
    }

    private static int Returns(Trace t, int n)
    {
        try
        {
            if (W.Id(n) == 0) return W.Id(10);
            try
            {
                if (W.Id(n) == 1) return W.Id(11);
            }
            finally
            {
                t.Log("inner finally");
            }
        }
        finally
        {
            t.Log("outer finally");
        }
        return W.Id(12);
    }

    public static void BreakAndContinueOutOfTry(Trace t)
    {
        for (int i = 0; i < 5; i++)
        {
            try
            {
                W.Wait();
                if (i == 1) continue;
                if (i == 3) break;
                t.Add(W.Id(i));
            }
            finally
            {
                t.Log("finally " + i);
            }
        }
    }

    public static void GotoOutOfTry(Trace t)
    {
        int n = 0;
    again:
        try
        {
            n++;
            W.Wait();
            if (n < 3) goto again;
            if (W.Id(n) == 3) goto done;
            t.Log("never");
        }
        finally
        {
            t.Log("finally " + n);
        }
    done:
        t.Log("done");
    }

    public static void NestedTriesWithSameStart(Trace t)
    {
        try
        {
            try
            {
                try
                {
                    W.Wait();
                    t.Log("innermost");
                    W.Fail("x");
                }
                finally
                {
                    t.Log("f1");
                }
            }
            catch (FormatException)
            {
                t.Log("wrong");
            }
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        finally
        {
            t.Log("f2");
        }
    }

    public static void TryInLoopInTry(Trace t)
    {
        try
        {
            for (int i = 0; i < 4; i++)
            {
                try
                {
                    W.Wait();
                    for (int j = 0; j < 2; j++)
                    {
                        try
                        {
                            if (W.Id(i) == 2 && j == 1) W.Fail("i2j1");
                            t.Add(i * 10 + j);
                        }
                        finally
                        {
                            t.Log("inner " + j);
                        }
                    }
                }
                catch (CorpusException e)
                {
                    t.Caught(e);
                }
            }
            W.Fail("end");
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void EmptyTryAndHandlers(Trace t)
    {
        try
        {
        }
        finally
        {
            t.Log("empty");
        }
        try
        {
            W.Wait();
        }
        catch
        {
        }
        finally
        {
        }
        t.Log("end");
    }

    public static void LocalsAcrossHandlers(Trace t)
    {
        int a = 1;
        string s = "start";
        try
        {
            a = W.Id(2);
            s = "try";
            a = W.Fail<int>("x");
            s = "never";
        }
        catch (CorpusException)
        {
            t.Add(a);
            t.Add(s);
            s += "+catch";
        }
        finally
        {
            s += "+finally";
        }
        W.Wait();
        t.Add(s + a);
    }

    public static void ValueAssignedInTryReadInFinally(Trace t)
    {
        int stage = 0;
        try
        {
            try
            {
                stage = 1;
                W.Wait();
                stage = 2;
                W.Wait();
                stage = 3;
                W.Fail("now");
                stage = 4;
            }
            finally
            {
                t.Add(stage);
            }
        }
        catch (CorpusException)
        {
            t.Add(stage);
        }
    }

    public static void SameTryManyWaitsInExpression(Trace t)
    {
        int total = 0;
        for (int i = 0; i < 3; i++)
        {
            try
            {
                total += W.Id(1) + W.Id(2) * (i == 1 ? W.Fail<int>("mid") : W.Id(3)) + W.Id(4);
            }
            catch (CorpusException)
            {
                total += 1000;
            }
        }
        t.Add(total);
    }

    public static void LeaveWithValueOnOuterStack(Trace t) => t.Add(W.Id(5) + Guarded(t, W.Id(6)) * W.Id(7));

    private static int Guarded(Trace t, int n)
    {
        try
        {
            return W.Id(n);
        }
        finally
        {
            t.Log("guarded");
        }
    }
}
