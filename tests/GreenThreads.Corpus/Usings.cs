namespace GreenThreads.Corpus;

/// <summary>Waits in using blocks whose disposal does not wait.</summary>
public static class Usings
{
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
}
