using BenchmarkDotNet.Attributes;

namespace GreenThreads.Operations;

/// <summary>Starting, yielding, joining. Each benchmark is a green thread that does the operation many times.</summary>
public class ThreadOperations
{
    private const int Count = 10_000;

    private readonly Action _yields = static () =>
    {
        for (int i = 0; i < Count; i++) GreenThread.Yield();
    };

    private readonly Action _starts = static () =>
    {
        for (int i = 0; i < Count; i++) GreenThread.Start(static () => { }).Join();
    };

    private readonly Action _results = static () =>
    {
        for (int i = 0; i < Count; i++) _ = GreenThread.Start(static () => 1).Result;
    };

    private readonly Action _contexts = static () =>
    {
        for (int i = 0; i < Count; i++) _ = Depth(9);
    };

    private readonly Action _tasks = static () =>
    {
        for (int i = 0; i < Count; i++) GreenThread.Await(Task.CompletedTask);
    };

    /// <summary>To the end of the queue and back, alone.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void Yield() => GreenThread.Run(_yields);

    /// <summary>As <see cref="Yield"/>, ten calls deep, the calls and the returns included.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void YieldTenCallsDeep() => GreenThread.Run(_contexts);

    /// <summary>A thread that does nothing.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void StartAndJoin() => GreenThread.Run(_starts);

    /// <summary>A thread with a result.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void StartAndResult() => GreenThread.Run(_results);

    /// <summary>A task that has completed: no suspension.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void AwaitCompletedTask() => GreenThread.Run(_tasks);

    private static int Depth(int depth)
    {
        if (depth != 0) return Depth(depth - 1) + 1;
        GreenThread.Yield();
        return 0;
    }
}
