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

    public static void WhenFilters(Trace t)
    {
        for (int i = 0; i < 3; i++)
        {
            try
            {
                W.Fail("m" + i);
            }
            catch (CorpusException e) when (t.Seen(e.Message == "m0"))
            {
                t.Log("first");
            }
            catch (CorpusException e) when (t.Seen(e.Message == "m1"))
            {
                t.Log("second");
            }
            catch
            {
                t.Log("rest");
            }
        }
    }

    public static void WhenFilterWithState(Trace t)
    {
        int tries = 0;
        while (true)
        {
            try
            {
                tries++;
                W.Wait();
                if (tries < 4) W.Fail("try " + tries);
                break;
            }
            catch (CorpusException) when (tries < 4)
            {
                t.Log("retry " + tries);
            }
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

    private sealed class Resource(string name, Trace t) : IDisposable
    {
        public string Name => W.Id(name);

        public void Dispose() => t.Log("dispose " + name);
    }

    public static void Using(Trace t)
    {
        using (var a = new Resource("a", t))
        using (var b = new Resource("b", t))
        {
            t.Log(a.Name + b.Name);
        }
        using var c = new Resource("c", t);
        W.Wait();
        t.Log(c.Name);
    }

    public static void UsingWithException(Trace t)
    {
        try
        {
            using var a = new Resource("a", t);
            using var b = new Resource(W.Id("b"), t);
            W.Fail("in using");
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void UsingNull(Trace t)
    {
        using (W.Id<IDisposable?>(null)) W.Wait();
        t.Log("ok");
    }

    public static void UsingWithReturnInLoop(Trace t) => t.Add(FindInUsing(t));

    private static int FindInUsing(Trace t)
    {
        for (int i = 0; i < 5; i++)
        {
            using var resource = new Resource("r" + i, t);
            if (W.Id(i) == 2) return W.Id(i * 100);
        }
        return -1;
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
