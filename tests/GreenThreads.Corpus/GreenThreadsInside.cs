namespace GreenThreads.Corpus;

/// <summary>Cases that start green threads themselves: every way to give a body.</summary>
public static class GreenThreadsInside
{
    private static int s_result;

    private static void StaticBody()
    {
        int n = W.Id(5);
        W.Wait();
        s_result = n + W.Id(1);
    }

    public static void StaticMethodGroup(Trace t)
    {
        s_result = 0;
        GreenThread.Start(StaticBody).Join();
        t.Add(s_result);
    }

    private class Worker(int n)
    {
        public int Result;

        public void Body()
        {
            for (int i = 0; i < n; i++) Result += W.Id(i);
        }

        public virtual string Text() => W.Id("text") + n;
    }

    public static void InstanceMethodGroup(Trace t)
    {
        var worker = new Worker(W.Id(5));
        GreenThread.Start(worker.Body).Join();
        t.Add(worker.Result);
    }

    public static void Lambda(Trace t)
    {
        int n = W.Id(3), result = 0;
        GreenThread thread = GreenThread.Start(() =>
        {
            W.Wait();
            result = n * W.Id(2);
        });
        thread.Join();
        t.Add(result);
    }

    public static void ResultOfFunction(Trace t)
    {
        var worker = new Worker(7);
        t.Add(GreenThread.Start(worker.Text).Result);
        t.Add(GreenThread.Start(() => W.Id(4) + W.Id(5)).Result);
    }

    public static void ManyThreads(Trace t)
    {
        int[] results = new int[50];
        var threads = new GreenThread[50];
        for (int i = 0; i < 50; i++)
        {
            int n = i;
            threads[i] = GreenThread.Start(() => results[n] = Sum(n));
        }
        foreach (GreenThread thread in threads) thread.Join();
        t.Add(results);
    }

    private static int Sum(int n) => n == 0 ? W.Id(0) : Sum(n - 1) + n;

    public static void FailureIsRethrownByJoin(Trace t)
    {
        GreenThread thread = GreenThread.Start(() => W.Fail("in thread"));
        try
        {
            thread.Join();
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        try
        {
            t.Add(GreenThread.Start(() => W.Fail<int>("in function")).Result);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void RunInside(Trace t)
    {
        t.Add(GreenThread.Run(() => W.Id(5)));
        int n = 0;
        GreenThread.Run(() => n = W.Id(6));
        t.Add(n);
    }

    public static void Tree(Trace t) => t.Add(Count(5));

    private static int Count(int depth)
    {
        if (depth == 0) return W.Id(1);
        GreenThread<int> left = GreenThread.Start(() => Count(depth - 1));
        int right = Count(depth - 1);
        return left.Result + right;
    }

    public static void CurrentStaysTheSame(Trace t)
    {
        GreenThread thread = null!;
        bool same = true;
        thread = GreenThread.Start(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                GreenThread? before = GreenThread.Current;
                W.Wait();
                same &= before is not null && ReferenceEquals(before, GreenThread.Current);
            }
        });
        thread.Join();
        t.Add(same);
    }
}
