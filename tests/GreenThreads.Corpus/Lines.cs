using System.Diagnostics;

namespace GreenThreads.Corpus;

/// <summary>The file and line of the innermost frame of an exception: the debug information stays right.</summary>
public static class Lines
{
    private static void Innermost(Trace t, Exception e)
    {
        foreach (StackFrame frame in new StackTrace(e, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetFileName() is not { } file || !file.EndsWith(nameof(Lines) + ".cs", StringComparison.Ordinal)) continue;
            t.Log("line " + frame.GetFileLineNumber());
            return;
        }
        t.Log("no line");
    }

    public static void ThrowAfterWait(Trace t)
    {
        try
        {
            AfterWait(W.Id(1));
        }
        catch (CorpusException e)
        {
            Innermost(t, e);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AfterWait(int n)
    {
        W.Wait();
        n++;
        W.Wait();
        if (n > 1) throw new CorpusException("here");
        W.Wait();
    }

    public static void ThrowBetweenWaits(Trace t)
    {
        for (int i = 0; i < 4; i++)
        {
            try
            {
                Between(i);
                t.Log("nothing " + i);
            }
            catch (CorpusException e)
            {
                Innermost(t, e);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Between(int n)
    {
        int sum = 0;
        if (n == 0)
        {
            throw new CorpusException("before the first");
        }
        sum += W.Id(n);
        if (sum == 1)
        {
            throw new CorpusException("after the first");
        }
        try
        {
            sum += W.Id(n);
            if (sum == 4)
            {
                throw new CorpusException("in a try");
            }
        }
        finally
        {
            sum++;
        }
        return W.Id(sum);
    }

    public static void NullReferenceAfterWait(Trace t)
    {
        try
        {
            LengthOf(null);
        }
        catch (NullReferenceException e)
        {
            Innermost(t, e);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int LengthOf(string? s)
    {
        W.Wait();

        int n = s!.Length;
        W.Wait();
        return n;
    }

    public static void ThrowInLambda(Trace t)
    {
        Action<int> body = n =>
        {
            W.Wait();
            if (n > 0)
            {
                throw new CorpusException("in a lambda");
            }
        };
        try
        {
            body(W.Id(1));
        }
        catch (CorpusException e)
        {
            Innermost(t, e);
        }
    }

    public static void ThrowInIterator(Trace t)
    {
        try
        {
            foreach (int n in Numbers()) t.Add(n);
        }
        catch (CorpusException e)
        {
            Innermost(t, e);
        }
    }

    private static IEnumerable<int> Numbers()
    {
        yield return W.Id(1);
        W.Wait();
        throw new CorpusException("in an iterator");
    }

    public static void ThrowInGenericAndVirtual(Trace t)
    {
        Thrower<string> thrower = new Derived<string>();
        try
        {
            thrower.Throw("s", 1);
        }
        catch (CorpusException e)
        {
            Innermost(t, e);
        }
    }

    private class Thrower<T>
    {
        public virtual void Throw<TOther>(T value, TOther other) => W.Wait();
    }

    private sealed class Derived<T> : Thrower<T>
    {
        public override void Throw<TOther>(T value, TOther other)
        {
            base.Throw(value, other);
            throw new CorpusException(W.Id("generic"));
        }
    }

    public static void ThrowInConstructor(Trace t)
    {
        try
        {
            t.Add(new Throws().Field);
        }
        catch (CorpusException e)
        {
            Innermost(t, e);
        }
    }

    private sealed class Throws
    {
        public readonly int Field = W.Id(5);

        public Throws()
        {
            W.Wait();
            throw new CorpusException("constructor");
        }
    }
}
