namespace GreenThreads.Corpus;

/// <summary>async methods in a woven assembly: they await, their callers may block on them.</summary>
public static class AsyncMethods
{
    private static async Task<int> Add(int a, int b)
    {
        await Task.Yield();
        return a + b;
    }

    private static async Task Fails(string message)
    {
        await Task.Yield();
        throw new CorpusException(message);
    }

    private static async ValueTask<string> Text(int n)
    {
        if (n > 1) await Task.Yield();
        return "n" + n;
    }

    public static void Result(Trace t)
    {
        t.Add(Add(1, W.Id(2)).Result);
        t.Add(Add(3, 4).GetAwaiter().GetResult() + W.Id(1));
    }

    public static void Await(Trace t)
    {
        W.Wait();
        t.Add(GreenThread.Await(Add(5, 6)));
        GreenThread.Await(Task.CompletedTask);
        try
        {
            GreenThread.Await(Fails("awaited"));
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void Wait(Trace t)
    {
        W.Wait();
        Task task = Add(1, 1);
        task.Wait();
        t.Add(task.IsCompletedSuccessfully);
        try
        {
            Fails("waited").Wait();
        }
        catch (AggregateException e)
        {
            t.Caught(e);
        }
        try
        {
            Fails("got").GetAwaiter().GetResult();
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void ValueTasks(Trace t)
    {
        t.Add(Text(W.Id(1)).Result);
        t.Add(Text(2).AsTask().Result);
    }

    [MayPin("a wait inside an async method blocks, as on a plain thread")]
    public static void BlockingWaitInsideAsync(Trace t)
    {
        t.Add(Blocking(4).Result);
        t.Add(BlockingAfterAwait(5).Result);
    }

    private static async Task<int> Blocking(int n)
    {
        int m = W.Id(n);
        await Task.CompletedTask;
        return m + W.Id(1);
    }

    private static async Task<int> BlockingAfterAwait(int n)
    {
        await Task.Yield();
        int m = W.Id(n);
        await Task.Yield();
        return m + W.Id(1);
    }

    [MayPin("a wait inside an async lambda blocks, as on a plain thread")]
    public static void AsyncLambda(Trace t)
    {
        Func<int, Task<int>> f = async n =>
        {
            await Task.Yield();
            return W.Id(n) * 2;
        };
        t.Add(f(4).Result);
    }

    public static void WhenAll(Trace t)
    {
        W.Wait();
        Task<int>[] tasks = [Add(1, 2), Add(3, 4), Add(5, 6)];
        t.Add(Task.WhenAll(tasks).Result);
    }

    private static async IAsyncEnumerable<int> Stream(int n)
    {
        for (int i = 0; i < n; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    private static async Task<int> SumOf(IAsyncEnumerable<int> numbers)
    {
        int sum = 0;
        await foreach (int n in numbers) sum += n;
        return sum;
    }

    public static void AsyncStreams(Trace t)
    {
        W.Wait();
        t.Add(SumOf(Stream(4)).Result);
    }

    public static void TaskRunBodyWaitsOnPoolThread(Trace t)
    {
        W.Wait();
        t.Add(Task.Run(() => W.Id(5) + W.Id(6)).Result);
    }

    public static void TaskInTry(Trace t)
    {
        for (int i = 0; i < 2; i++)
        {
            try
            {
                if (i == 0) t.Add(Add(i, W.Id(5)).Result);
                else Fails("f" + W.Id(i)).GetAwaiter().GetResult();
            }
            catch (CorpusException e)
            {
                t.Caught(e);
            }
            finally
            {
                t.Log("finally " + i);
            }
        }
    }

    public static void Cancelled(Trace t)
    {
        W.Wait();
        var source = new TaskCompletionSource<int>();
        source.SetCanceled();
        try
        {
            t.Add(source.Task.GetAwaiter().GetResult());
        }
        catch (TaskCanceledException)
        {
            t.Log("cancelled");
        }
    }

    public static void ThreadSleep(Trace t)
    {
        Thread.Sleep(1);
        t.Log("slept");
        Thread.Sleep(0);
        Thread.Sleep(TimeSpan.FromMilliseconds(1));
        t.Log("slept again");
    }
}
