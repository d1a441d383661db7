namespace GreenThreads.Corpus;

/// <summary>Ten thousand activations, suspended at the bottom, resumed, unwound: in every kind of frame.</summary>
public static class DeepStacks
{
    private const int Depth = 10_000;
    private const int DepthOfHandlers = 1_000; // a frame with a handler is entered to be unwound, on a stack that is the runtime's

    private static int Plain(int depth, bool fails)
    {
        if (depth == 0) return fails ? W.Fail<int>("bottom") : W.Id(0);
        return Plain(depth - 1, fails) + 1;
    }

    public static void PlainCalls(Trace t) => t.Add(Plain(Depth, false));

    public static void UnwoundByAnException(Trace t)
    {
        try
        {
            t.Add(Plain(Depth, true));
        }
        catch (CorpusException e)
        {
            t.Caught(e);
            t.Add(W.Id("behind"));
        }
    }

    private static int Waiting(int depth)
    {
        if (depth == 0) return W.Id(0);
        W.Wait();
        int below = Waiting(depth - 1);
        W.Wait();
        return below + 1;
    }

    public static void WaitingOnTheWayDownAndUp(Trace t) => t.Add(Waiting(Depth));

    private static int Guarded(int depth, ref int cleanups)
    {
        try
        {
            return depth == 0 ? W.Fail<int>("bottom") : Guarded(depth - 1, ref cleanups);
        }
        finally
        {
            cleanups++;
            if (cleanups % 100 == 0) W.Wait();
        }
    }

    public static void CleanedUpOnTheWay(Trace t)
    {
        int cleanups = 0;
        try
        {
            t.Add(Guarded(DepthOfHandlers, ref cleanups));
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        t.Add(cleanups);
    }

    private static int Rethrown(int depth, List<int> seen)
    {
        try
        {
            return depth == 0 ? W.Fail<int>("bottom") : Rethrown(depth - 1, seen);
        }
        catch (CorpusException) when (depth % 100 == 0)
        {
            seen.Add(W.Id(depth));
            throw;
        }
    }

    public static void CaughtAndThrownOnTheWay(Trace t)
    {
        var seen = new List<int>();
        try
        {
            t.Add(Rethrown(DepthOfHandlers, seen));
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        t.Add(seen.Count);
    }

    private static int ByReference(int depth, ref int total)
    {
        if (depth == 0) return W.Id(total);
        total++;
        return ByReference(depth - 1, ref total) - 1;
    }

    public static void WithReferencesIntoTheCaller(Trace t)
    {
        int total = 0;
        t.Add(ByReference(DepthOfHandlers, ref total));
        t.Add(total);
    }

    private abstract class Node(Node? next)
    {
        public virtual int Count() => next is null ? W.Id(1) : next.Count() + 1;

        public IEnumerable<int> All()
        {
            if (next is not null)
            {
                foreach (int n in next.All()) yield return n + 1;
            }
            yield return W.Id(0);
        }
    }

    private sealed class Leaf(Node? next) : Node(next);

    public static void VirtualCalls(Trace t)
    {
        Node? chain = null;
        for (int i = 0; i < Depth; i++) chain = new Leaf(chain);
        t.Add(chain!.Count());
    }

    public static void NestedIterators(Trace t)
    {
        Node? chain = null;
        for (int i = 0; i < 60; i++) chain = new Leaf(chain);
        int sum = 0;
        foreach (int n in chain!.All()) sum += n;
        t.Add(sum);
    }
}
