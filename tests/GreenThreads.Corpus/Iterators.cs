using System.Collections;

namespace GreenThreads.Corpus;

/// <summary>Iterators whose bodies wait, and loops over them.</summary>
public static class Iterators
{
    private static IEnumerable<int> Count(int n)
    {
        for (int i = 0; i < n; i++)
        {
            W.Wait();
            yield return W.Id(i);
        }
    }

    public static void Simple(Trace t)
    {
        foreach (int n in Count(4)) t.Add(n);
    }

    public static void WaitsInBothBodies(Trace t)
    {
        int sum = 0;
        foreach (int n in Count(5))
        {
            sum += W.Id(n);
            foreach (int m in Count(n)) sum += W.Id(m) * 10;
        }
        t.Add(sum);
    }

    public static void Twice(Trace t)
    {
        IEnumerable<int> numbers = Count(2);
        foreach (int n in numbers) t.Add(n);
        foreach (int n in numbers) t.Add(n);
    }

    public static void ByHand(Trace t)
    {
        using IEnumerator<int> e = Count(2).GetEnumerator();
        t.Add(e.MoveNext());
        t.Add(e.Current);
        W.Wait();
        t.Add(e.MoveNext());
        t.Add(e.Current);
        t.Add(e.MoveNext());
    }

    private static IEnumerable<string> WithFinally(Trace t, int n)
    {
        try
        {
            for (int i = 0; i < n; i++)
            {
                W.Wait();
                yield return "item " + i;
                W.Wait();
            }
        }
        finally
        {
            t.Log("iterator finally");
        }
    }

    public static void TryFinallyInside(Trace t)
    {
        foreach (string s in WithFinally(t, 2)) t.Log(s);
    }

    public static void TryFinallyInsideWithBreak(Trace t)
    {
        foreach (string s in WithFinally(t, 5))
        {
            t.Log(s);
            W.Wait();
            if (s == "item 1") break;
        }
        t.Log("after");
    }

    public static void TryFinallyInsideWithReturn(Trace t) => t.Add(First(t));

    private static string First(Trace t)
    {
        foreach (string s in WithFinally(t, 5)) return W.Id(s);
        return "none";
    }

    public static void BodyOfLoopThrows(Trace t)
    {
        try
        {
            foreach (string s in WithFinally(t, 5)) W.Fail(s);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    private static IEnumerable<int> Throwing(Trace t)
    {
        try
        {
            yield return W.Id(1);
            W.Fail("in iterator");
            yield return 2;
        }
        finally
        {
            t.Log("iterator finally");
        }
    }

    public static void IteratorThrows(Trace t)
    {
        try
        {
            foreach (int n in Throwing(t)) t.Add(n);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    private static IEnumerable<int> WaitsInFinally(Trace t)
    {
        try
        {
            yield return 1;
            yield return 2;
        }
        finally
        {
            t.Log("finally in");
            W.Wait();
            t.Log("finally out");
        }
    }

    public static void FinallyWaits(Trace t)
    {
        foreach (int n in WaitsInFinally(t)) t.Add(n);
        foreach (int n in WaitsInFinally(t))
        {
            t.Add(n);
            break;
        }
    }

    private sealed class Tree(int value, Tree? left, Tree? right) : IEnumerable<int>
    {
        public IEnumerator<int> GetEnumerator()
        {
            if (left is not null)
            {
                foreach (int n in left) yield return n;
            }
            yield return W.Id(value);
            if (right is not null)
            {
                foreach (int n in right) yield return n;
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    public static void Recursive(Trace t)
    {
        var tree = new Tree(4, new Tree(2, new Tree(1, null, null), new Tree(3, null, null)), new Tree(6, new Tree(5, null, null), null));
        foreach (int n in tree) t.Add(n);
    }

    private static IEnumerable<T> Filter<T>(IEnumerable<T> items, Func<T, bool> keep)
    {
        foreach (T item in items)
        {
            if (keep(item)) yield return W.Id(item);
        }
    }

    private static IEnumerable<TOut> Map<TIn, TOut>(IEnumerable<TIn> items, Func<TIn, TOut> map)
    {
        foreach (TIn item in items) yield return map(item);
    }

    public static void OwnLinq(Trace t)
    {
        foreach (string s in Map(Filter(Count(8), n => W.Id(n) % 2 == 0), n => W.Id("n") + n)) t.Log(s);
    }

    private static IEnumerable Untyped()
    {
        yield return W.Id(1);
        W.Wait();
        yield return "two";
        yield return null;
    }

    public static void NotGeneric(Trace t)
    {
        foreach (object? o in Untyped()) t.Add(o);
    }

    private static IEnumerator<int> OnlyEnumerator(int n)
    {
        while (n-- > 0) yield return W.Id(n);
    }

    public static void EnumeratorMethod(Trace t)
    {
        IEnumerator<int> e = OnlyEnumerator(3);
        while (e.MoveNext()) t.Add(e.Current);
    }

    private static IEnumerable<int> Early(Trace t, bool stop)
    {
        W.Wait();
        if (stop) yield break;
        t.Log("went on");
        yield return W.Id(1);
    }

    public static void YieldBreak(Trace t)
    {
        foreach (int n in Early(t, true)) t.Add(n);
        foreach (int n in Early(t, false)) t.Add(n);
    }

    private static IEnumerable<int> NestedTry(Trace t)
    {
        try
        {
            W.Wait();
            try
            {
                yield return W.Id(1);
                W.Wait();
                yield return W.Id(2);
            }
            finally
            {
                t.Log("inner");
            }
            yield return W.Id(3);
        }
        finally
        {
            t.Log("outer");
        }
    }

    public static void NestedTryFinally(Trace t)
    {
        foreach (int n in NestedTry(t)) t.Add(n);
        foreach (int n in NestedTry(t))
        {
            t.Add(n);
            if (n == 1) break;
        }
    }

    private static IEnumerable<int> CatchesInside(Trace t)
    {
        for (int i = 0; i < 3; i++)
        {
            int value;
            try
            {
                value = i == 1 ? W.Fail<int>("caught inside") : W.Id(i);
            }
            catch (CorpusException e)
            {
                t.Caught(e);
                value = -1;
            }
            yield return value;
        }
    }

    public static void TryCatchBetweenYields(Trace t)
    {
        foreach (int n in CatchesInside(t)) t.Add(n);
    }

    private struct StructEnumerator(int n) : IDisposable
    {
        private int _i = -1;

        public readonly int Current => _i;

        public bool MoveNext() => ++_i < n;

        public readonly void Dispose()
        {
        }
    }

    private readonly struct Range(int n)
    {
        public StructEnumerator GetEnumerator() => new(n);
    }

    public static void StructEnumerators(Trace t)
    {
        foreach (int n in new Range(3)) t.Add(W.Id(n));
        foreach (int n in new List<int> { 4, 5 }) t.Add(W.Id(n));
        foreach ((string key, int value) in new Dictionary<string, int> { ["k"] = 1 }) t.Add(key + W.Id(value));
    }

    private struct WaitingEnumerator(int n, Trace t) : IDisposable
    {
        private int _i = -1;

        public readonly int Current => W.Id(_i);

        public bool MoveNext()
        {
            W.Wait();
            return ++_i < n;
        }

        public readonly void Dispose()
        {
            W.Wait();
            t.Log("struct disposed");
        }
    }

    private readonly struct WaitingRange(int n, Trace t)
    {
        public WaitingEnumerator GetEnumerator() => new(n, t);
    }

    public static void StructEnumeratorThatWaits(Trace t)
    {
        foreach (int n in new WaitingRange(3, t)) t.Add(n);
    }

    private static IEnumerable<int> Infinite()
    {
        int a = 0, b = 1;
        while (true)
        {
            yield return W.Id(a);
            (a, b) = (b, a + W.Id(b));
        }
    }

    public static void BreakOutOfInfinite(Trace t)
    {
        foreach (int n in Infinite())
        {
            if (n > 100) break;
            t.Add(n);
        }
    }

    public static void ListChangedDuringForeach(Trace t)
    {
        var list = new List<int> { 1, 2, 3 };
        try
        {
            foreach (int n in list)
            {
                t.Add(W.Id(n));
                list.Add(4);
            }
        }
        catch (InvalidOperationException e)
        {
            t.Log(e.GetType().Name);
        }
    }

    public static void MultiDimensionalArray(Trace t)
    {
        int[,] grid = { { 1, 2 }, { 3, 4 } };
        foreach (int n in grid) t.Add(W.Id(n));
        int[][] jagged = [[1], [2, 3]];
        foreach (int[] row in jagged)
        {
            foreach (int n in row) t.Add(W.Id(n));
        }
    }

    public static void StringForeach(Trace t)
    {
        foreach (char c in W.Id("abc")) t.Add(W.Id(c));
    }

    private sealed class OwnSequence : IEnumerable<int>, IEnumerator<int>
    {
        private int _i = -1;

        public int Current => W.Id(_i * 5);

        object IEnumerator.Current => Current;

        public bool MoveNext()
        {
            W.Wait();
            return ++_i < 3;
        }

        public void Reset() => _i = -1;

        public void Dispose()
        {
        }

        public IEnumerator<int> GetEnumerator()
        {
            W.Wait();
            return this;
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    public static void HandWrittenEnumerator(Trace t)
    {
        foreach (int n in new OwnSequence()) t.Add(n);
    }

    private sealed class Slow(Trace t, string name) : IDisposable
    {
        public void Dispose() => t.Log("disposed " + W.Id(name));
    }

    private static IEnumerable<int> OverAResource(Trace t, int failAt, Action<string>? done = null)
    {
        using IDisposable resource = new Slow(t, "resource");
        try
        {
            for (int i = 0; i < 3; i++)
            {
                if (i == failAt) W.Fail("in the iterator");
                yield return W.Id(i);
            }
        }
        finally
        {
            done?.Invoke("done");
        }
    }

    // The iterator's Dispose calls its finally blocks, and MoveNext calls Dispose when an exception passes.
    public static void AResourceIsDisposedOfOnEveryWayOut(Trace t)
    {
        foreach (int n in OverAResource(t, -1)) t.Add(n);
        foreach (int n in OverAResource(t, -1))
        {
            t.Add(n);
            if (n == 1) break;
        }
        try
        {
            foreach (int n in OverAResource(t, 2)) t.Add(n);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        try
        {
            foreach (int n in OverAResource(t, -1)) W.Fail("in the loop");
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void AFinallyBlockThatCallsADelegate(Trace t)
    {
        foreach (int n in OverAResource(t, -1, s => t.Log(W.Id(s))))
        {
            t.Add(n);
            if (n == 1) break;
        }
    }
}
