namespace GreenThreads.Corpus;

/// <summary>Exception filters: when they run, and what they see.</summary>
public static class Filters
{
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

    private static bool See(Trace t, string what, bool result = true)
    {
        t.Log("filter " + what);
        return result;
    }

    [MayPin("on the way of an exception a finally block inside a filtered try stays a handler")]
    public static void BeforeAFinallyThatWaits(Trace t)
    {
        for (int i = 0; i < 3; i++)
        {
            try
            {
                try
                {
                    if (W.Id(i) == 1) continue;
                    if (i == 2) W.Fail("inner");
                    t.Log("body");
                }
                finally
                {
                    t.Log("finally in");
                    W.Wait();
                    t.Log("finally out");
                }
                t.Log("behind");
            }
            catch (CorpusException e) when (See(t, e.Message))
            {
                t.Caught(e);
            }
        }
    }

    public static void AroundAFinallyThatIsLeftNormally(Trace t)
    {
        try
        {
            try
            {
                t.Add(W.Id(1));
            }
            finally
            {
                try
                {
                    W.Fail("in finally");
                }
                catch (CorpusException e)
                {
                    t.Caught(e);
                    W.Wait();
                }
                finally
                {
                    t.Add(W.Id(2));
                }
            }
            t.Add(Leaves(t));
        }
        catch (Exception e) when (See(t, e.Message))
        {
            t.Caught(e);
        }
    }

    private static int Leaves(Trace t)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                try
                {
                    if (i == 2) return W.Id(i);
                    if (i == 1) continue;
                    t.Add(i);
                }
                finally
                {
                    t.Log("leaving " + W.Id(i));
                }
            }
        }
        catch (Exception e) when (See(t, e.Message, false))
        {
            return -1;
        }
    }

    public static void OfTheThrowingMethod(Trace t)
    {
        int state = 0;
        try
        {
            state = W.Id(1);
            W.Fail("f");
        }
        catch (CorpusException) when (state == 2)
        {
            t.Log("never");
        }
        catch (CorpusException e) when (state == 1 && See(t, "state"))
        {
            W.Wait();
            t.Caught(e);
        }
    }

    public static void RejectedByAll(Trace t)
    {
        try
        {
            try
            {
                W.Fail("r");
            }
            catch (CorpusException e) when (See(t, "inner " + e.Message, false))
            {
                t.Log("never");
            }
        }
        catch (CorpusException e) when (See(t, "outer " + e.Message, true))
        {
            t.Caught(e);
            W.Wait();
        }
    }
}
