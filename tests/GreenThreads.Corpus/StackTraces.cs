using System.Reflection;
using System.Runtime.ExceptionServices;

namespace GreenThreads.Corpus;

/// <summary>The whole text of stack traces: that of the woven program is that of the program as it was compiled.</summary>
public static class StackTraces
{
    // From the throw to the catch block: every line, with method, parameters, file and line number.
    private static void Log(Trace t, Exception e) => t.Log(e.StackTrace!);

    // As above, for exceptions that a hoisted handler throws again: as in async methods, the method with the handler is
    // listed where it caught the exception and, after a line that says so, where it threw it again.
    private static void LogRethrown(Trace t, Exception e)
    {
        string? last = null;
        foreach (string line in e.StackTrace!.Split('\n'))
        {
            string method = line.Split(" in ")[0].Trim();
            if (method.StartsWith("---", StringComparison.Ordinal) || method == last) continue;
            t.Log(last = method);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Outer(int waits, int depth)
    {
        if ((waits & 1) != 0) W.Wait();
        int result = Middle(waits >> 1, depth) + 1;
        W.Wait();
        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Middle(int waits, int depth)
    {
        if ((waits & 1) != 0) W.Wait();
        return depth > 0 ? Outer(waits >> 1, depth - 1) : Inner("text", waits >> 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Inner(string text, int waits)
    {
        for (; waits > 0; waits--) W.Wait();
        if (text.Length > 0)
        {
            throw new CorpusException(text);
        }
        return W.Id(1);
    }

    public static void ThrownBeforeAnyWait(Trace t)
    {
        LogOuter(t, 0, 0);
        W.Wait();
    }

    public static void ThrownAfterAWaitAtTheBottom(Trace t) => LogOuter(t, 4, 0);

    public static void ThrownAfterTwoWaitsAtTheBottom(Trace t) => LogOuter(t, 8, 0);

    public static void ThrownAfterAWaitAtTheTop(Trace t) => LogOuter(t, 1, 0);

    public static void ThrownAfterAWaitInTheMiddle(Trace t) => LogOuter(t, 2, 0);

    public static void ThrownAfterWaitsAtAllDepths(Trace t) => LogOuter(t, 7, 0);

    public static void ThrownThroughManyFrames(Trace t)
    {
        LogOuter(t, 0, 100);
        LogOuter(t, -1 >>> 1, 5);
    }

    private static void LogOuter(Trace t, int waits, int depth)
    {
        try
        {
            t.Add(Outer(waits & 0xffff, depth));
        }
        catch (CorpusException e)
        {
            Log(t, e);
        }
    }

    public static void CaughtAndThrownAgain(Trace t)
    {
        try
        {
            Rethrows(4);
        }
        catch (CorpusException e)
        {
            Log(t, e);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Rethrows(int waits)
    {
        try
        {
            return Outer(waits, 1);
        }
        catch (CorpusException)
        {
            throw;
        }
        finally
        {
            waits++;
        }
    }

    public static void CaughtAndThrownAsItself(Trace t)
    {
        try
        {
            ThrowsIt(4);
        }
        catch (CorpusException e)
        {
            Log(t, e);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowsIt(int waits)
    {
        try
        {
            Outer(waits, 1);
        }
        catch (CorpusException e)
        {
            if (waits > 0)
            {
#pragma warning disable CA2200 // the trace starts anew: that is the point
                throw e;
#pragma warning restore CA2200
            }
        }
    }

    public static void CaughtAndWrapped(Trace t)
    {
        try
        {
            Wraps(4);
        }
        catch (InvalidOperationException e)
        {
            Log(t, e);
            Log(t, e.InnerException!);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Wraps(int waits)
    {
        try
        {
            Outer(waits, 1);
        }
        catch (CorpusException e)
        {
            throw new InvalidOperationException("wrapped", e);
        }
    }

    public static void ThroughDispatchInfo(Trace t)
    {
        try
        {
            Dispatches(5);
        }
        catch (CorpusException e)
        {
            Log(t, e);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Dispatches(int waits)
    {
        ExceptionDispatchInfo? info = null;
        try
        {
            Outer(waits, 0);
        }
        catch (CorpusException e)
        {
            info = ExceptionDispatchInfo.Capture(e);
        }
        W.Wait();
        info!.Throw();
    }

    public static void ThroughAWaitingFinally(Trace t)
    {
        try
        {
            WaitsInFinally(4);
        }
        catch (CorpusException e)
        {
            LogRethrown(t, e);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WaitsInFinally(int waits)
    {
        try
        {
            Outer(waits, 0);
        }
        finally
        {
            W.Wait();
        }
    }

    public static void ThroughAWaitingCatch(Trace t)
    {
        try
        {
            WaitsInCatch(4);
        }
        catch (CorpusException e)
        {
            LogRethrown(t, e);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WaitsInCatch(int waits)
    {
        try
        {
            Outer(waits, 0);
        }
        catch (CorpusException)
        {
            W.Wait();
            throw;
        }
    }

    public static void LambdasAndLocalFunctions(Trace t)
    {
        int waits = 4;
        Func<int, int> lambda = n =>
        {
            W.Wait();
            int result = Local(n);
            return result + 1;
        };
        try
        {
            t.Add(lambda(2));
        }
        catch (CorpusException e)
        {
            Log(t, e);
        }

        int Local(int n)
        {
            W.Wait();
            int result = Outer(waits, n);
            return result + 1;
        }
    }

    public static void Generics(Trace t)
    {
        try
        {
            t.Add(new Box<string>().Fill<int>("a", 1));
        }
        catch (CorpusException e)
        {
            Log(t, e);
        }
    }

    private class Box<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public virtual int Fill<TOther>(T first, TOther second)
        {
            W.Wait();
            int result = Outer(3, 0);
            return result + 1;
        }
    }

    public static void VirtualAndInterfaceCalls(Trace t)
    {
        IThrows throws = new Thrower();
        try
        {
            throws.Throw(7);
        }
        catch (CorpusException e)
        {
            Log(t, e);
        }
        try
        {
            t.Add(throws.Property);
        }
        catch (CorpusException e)
        {
            Log(t, e);
        }
    }

    private interface IThrows
    {
        int Property { get; }

        void Throw(int waits);
    }

    private abstract class ThrowerBase
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public virtual void Throw(int waits)
        {
            W.Wait();
            Outer(waits, 0);
        }
    }

    private sealed class Thrower : ThrowerBase, IThrows
    {
        int IThrows.Property
        {
            [MethodImpl(MethodImplOptions.NoInlining)]
            get
            {
                W.Wait();
                return Outer(4, 0) + 1;
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public override void Throw(int waits)
        {
            W.Wait();
            base.Throw(waits);
            W.Wait();
        }
    }

    public static void Iterators(Trace t)
    {
        try
        {
            foreach (int n in Numbers(3)) t.Add(n);
        }
        catch (CorpusException e)
        {
            LogRethrown(t, e); // the foreach disposes of the iterator in a finally block, which may wait
        }
    }

    private static IEnumerable<int> Numbers(int waits)
    {
        yield return W.Id(waits);
        W.Wait();
        yield return Outer(waits, 0);
    }

    public static void References(Trace t)
    {
        int n = 4;
        try
        {
            t.Add(ByReference(ref n));
        }
        catch (CorpusException e)
        {
            Log(t, e);
        }
        t.Add(n);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ByReference(ref int n)
    {
        n++;
        int result = ByReferenceAgain(ref n, 2);
        return result + n;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ByReferenceAgain(ref int n, int depth)
    {
        W.Wait();
        n++;
        int result = depth > 0 ? ByReferenceAgain(ref n, depth - 1) : Outer(4, 0);
        n += 100;
        return result + n;
    }

    public static void NullReceivers(Trace t)
    {
        try
        {
            t.Add(LengthOf(null, 3));
        }
        catch (NullReferenceException e)
        {
            Log(t, e);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int LengthOf(Plain? plain, int n)
    {
        W.Wait();
        return plain!.Get(W.Id(n), "x") + 1;
    }

    private sealed class Plain
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        public int Get(int n, string text)
        {
            W.Wait();
            return n + text.Length;
        }
    }

    public static void MethodsKnowThemselves(Trace t)
    {
        t.Log(Itself(W.Id(1)).ToString()!);
        t.Log(Itself("s").ToString()!);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MethodBase Itself<T>(T value)
    {
        W.Wait();
        MethodBase itself = MethodBase.GetCurrentMethod()!;
        W.Id(value);
        return itself;
    }
}
