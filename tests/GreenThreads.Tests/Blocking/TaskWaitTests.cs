using System.Threading.Tasks.Sources;
using GreenThreads.Blocking;
using GreenThreads.Substitutions;

namespace GreenThreads.Tests.Blocking;

/// <summary>Waiting for tasks: from green threads, pinned ones and OS threads, with the exceptions of the plain calls.</summary>
public class TaskWaitTests
{
    public static readonly TheoryData<bool> GreenOrNot = [true, false];

    private static void On(bool green, Action body)
    {
        if (green) GreenThread.Run(body);
        else body();
    }

    private static async Task<int> Later(int value)
    {
        await Task.Delay(5);
        return value;
    }

    private static async Task<int> Failing()
    {
        await Task.Delay(5);
        throw new FormatException("late");
    }

    private static async Task Canceled()
    {
        await Task.Delay(5);
        throw new OperationCanceledException();
    }

    [Theory]
    [MemberData(nameof(GreenOrNot))]
    public void Await_returns_results_and_throws_what_await_throws(bool green) => On(green, () =>
    {
        Assert.Equal(3, GreenThread.Await(Later(3)));
        Assert.Equal(4, GreenThread.Await(new ValueTask<int>(Later(4))));
        GreenThread.Await((Task)Later(5));
        GreenThread.Await(new ValueTask(Later(6)));
        GreenThread.Await(ValueTask.CompletedTask);
        Assert.Equal(7, GreenThread.Await(Task.FromResult(7)));
        Assert.Throws<FormatException>(() => GreenThread.Await(Failing()));
        Assert.Throws<FormatException>(() => GreenThread.Await(new ValueTask<int>(Failing())));
        Assert.ThrowsAny<OperationCanceledException>(() => GreenThread.Await(Canceled()));
    });

    [Theory]
    [MemberData(nameof(GreenOrNot))]
    public void Await_takes_the_result_of_a_reusable_source_once_after_it_called_back(bool green) => On(green, () =>
    {
        var source = new Source();
        for (int i = 0; i < 200; i++)
        {
            int expected = i;
            ThreadPool.UnsafeQueueUserWorkItem(_ => source.Complete(expected), null);
            Assert.Equal(expected, GreenThread.Await(source.Wait()));
        }
    });

    [Theory]
    [MemberData(nameof(GreenOrNot))]
    public void Substitutes_of_Wait_and_Result_throw_aggregates(bool green) => On(green, () =>
    {
        TaskSubstitutes.Wait(Later(1));
        Assert.Equal(2, TaskOfResultSubstitutes.get_Result(Later(2)));
        Assert.IsType<FormatException>(Assert.Throws<AggregateException>(() => TaskSubstitutes.Wait(Failing())).InnerException);
        Assert.IsType<FormatException>(Assert.Throws<AggregateException>(() => TaskOfResultSubstitutes.get_Result(Failing())).InnerException);
        Assert.IsType<TaskCanceledException>(Assert.Throws<AggregateException>(() => TaskSubstitutes.Wait(Canceled())).InnerException);
    });

    [Theory]
    [MemberData(nameof(GreenOrNot))]
    public void Substitutes_of_GetResult_throw_directly(bool green) => On(green, () =>
    {
        TaskAwaiterSubstitutes.GetResult(((Task)Later(1)).GetAwaiter());
        Assert.Equal(2, TaskAwaiterOfResultSubstitutes.GetResult(Later(2).GetAwaiter()));
        ConfiguredTaskAwaiterSubstitutes.GetResult(((Task)Later(1)).ConfigureAwait(false).GetAwaiter());
        Assert.Equal(3, ConfiguredTaskAwaiterOfResultSubstitutes.GetResult(Later(3).ConfigureAwait(false).GetAwaiter()));
        ValueTaskAwaiterSubstitutes.GetResult(new ValueTask(Later(1)).GetAwaiter());
        Assert.Equal(4, ValueTaskAwaiterOfResultSubstitutes.GetResult(new ValueTask<int>(Later(4)).GetAwaiter()));
        ConfiguredValueTaskAwaiterSubstitutes.GetResult(new ValueTask(Later(1)).ConfigureAwait(false).GetAwaiter());
        Assert.Equal(5, ConfiguredValueTaskAwaiterOfResultSubstitutes.GetResult(new ValueTask<int>(Later(5)).ConfigureAwait(false).GetAwaiter()));
        Assert.Throws<FormatException>(() => TaskAwaiterOfResultSubstitutes.GetResult(Failing().GetAwaiter()));
        Assert.ThrowsAny<OperationCanceledException>(() => TaskAwaiterSubstitutes.GetResult(Canceled().GetAwaiter()));
    });

    [Theory]
    [MemberData(nameof(GreenOrNot))]
    public void Timed_and_cancelled_waits_end_as_the_plain_ones(bool green) => On(green, () =>
    {
        var never = new TaskCompletionSource();
        Assert.False(TaskSubstitutes.Wait(never.Task, 0));
        Assert.False(TaskSubstitutes.Wait(never.Task, 5));
        Assert.False(TaskSubstitutes.Wait(never.Task, TimeSpan.FromMilliseconds(5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskSubstitutes.Wait(never.Task, -2));
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskSubstitutes.Wait(never.Task, TimeSpan.FromDays(30)));
        using var soon = new CancellationTokenSource(5);
        var cancelled = Assert.Throws<OperationCanceledException>(() => TaskSubstitutes.Wait(never.Task, soon.Token));
        Assert.Equal(soon.Token, cancelled.CancellationToken);
        Assert.True(TaskSubstitutes.Wait(Later(1), 30_000));
        Assert.True(TaskSubstitutes.Wait(Later(1), TimeSpan.FromSeconds(30), CancellationToken.None));
    });

    [Theory]
    [MemberData(nameof(GreenOrNot))]
    public void Waits_for_several_tasks_end_as_the_plain_ones(bool green) => On(green, () =>
    {
        var never = new TaskCompletionSource();
        TaskSubstitutes.WaitAll([Later(1), Later(2)]);
        TaskSubstitutes.WaitAll((ReadOnlySpan<Task>)[Later(1), Later(2)]);
        TaskSubstitutes.WaitAll(new List<Task> { Later(1) });
        Assert.False(TaskSubstitutes.WaitAll([Later(1), never.Task], 10));
        Assert.Equal(2, Assert.Throws<AggregateException>(() => TaskSubstitutes.WaitAll([Failing(), Later(1), Canceled()])).InnerExceptions.Count);
        Assert.Throws<ArgumentException>(() => TaskSubstitutes.WaitAll([Later(1), null!]));
        Assert.Throws<ArgumentNullException>(() => TaskSubstitutes.WaitAll((Task[])null!));
        Assert.Equal(1, TaskSubstitutes.WaitAny([never.Task, Later(1)]));
        Assert.Equal(0, TaskSubstitutes.WaitAny([Failing()])); // does not throw
        Assert.Equal(-1, TaskSubstitutes.WaitAny([never.Task], 5));
        Assert.Equal(-1, TaskSubstitutes.WaitAny([]));
        Assert.Throws<ArgumentException>(() => TaskSubstitutes.WaitAny([null!]));
        using var soon = new CancellationTokenSource(5);
        Assert.Throws<OperationCanceledException>(() => TaskSubstitutes.WaitAny([never.Task], soon.Token));
    });

    [Fact]
    public void Timed_waits_for_one_task_register_once()
    {
        var never = new TaskCompletionSource();
        GreenThread.Run(() =>
        {
            for (int i = 0; i < 50; i++) Assert.False(TaskSubstitutes.Wait(never.Task, 1));
            Assert.Same(never.Task, GreenThread.Current!.Side().Awaited);
        });
    }

    [Fact]
    public void Interrupt_ends_a_wait_for_a_task()
    {
        var never = new TaskCompletionSource();
        GreenThread thread = GreenThread.Start(() => GreenThread.Await(never.Task));
        SpinWait.SpinUntil(() => thread.State == GreenThreadState.Parked);
        thread.Interrupt();
        Assert.Throws<ThreadInterruptedException>(thread.Join);
    }

    [Theory]
    [MemberData(nameof(GreenOrNot))]
    public void Offload_returns_the_result_or_throws_what_the_function_threw(bool green) => On(green, () =>
    {
        Assert.Equal(5, GreenThread.Offload(() => 5));
        Assert.Throws<FormatException>(() => GreenThread.Offload(int () => throw new FormatException()));
        Assert.Equal(green, GreenThread.Offload(() => GreenThread.Current is null) && green);
    });

    [Fact]
    public void Offloaded_functions_block_threads_of_the_pool_only()
    {
        using var gate = new ManualResetEventSlim();
        using var started = new CountdownEvent(20);
        var threads = new List<GreenThread<int>>();
        for (int i = 0; i < 20; i++)
        {
            int number = i;
            threads.Add(GreenThread.Start(() => GreenThread.Offload(() =>
            {
                started.Signal();
                gate.Wait();
                return number;
            })));
        }
        started.Wait();
        Assert.InRange(BlockingPool.Shared.ThreadCount, 20, BlockingPool.MaxThreads);
        gate.Set();
        for (int i = 0; i < 20; i++) Assert.Equal(i, threads[i].Result);
    }

    [Theory]
    [MemberData(nameof(GreenOrNot))]
    public void Substitutes_of_thread_members_do_what_the_plain_ones_do(bool green) => On(green, () =>
    {
        ThreadSubstitutes.Sleep(1);
        ThreadSubstitutes.Sleep(TimeSpan.FromMilliseconds(1));
        ThreadSubstitutes.Yield();
        Assert.Throws<ArgumentOutOfRangeException>(() => ThreadSubstitutes.Sleep(-2));
        using var gate = new ManualResetEventSlim();
        var thread = new Thread(gate.Wait);
        Assert.Throws<ThreadStateException>(() => ThreadSubstitutes.Join(thread));
        thread.Start();
        Assert.False(ThreadSubstitutes.Join(thread, 5));
        Assert.False(ThreadSubstitutes.Join(thread, TimeSpan.FromMilliseconds(5)));
        gate.Set();
        ThreadSubstitutes.Join(thread);
        Assert.True(ThreadSubstitutes.Join(thread, 0));
    });

    private sealed class Source : IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _core;
        private bool _registered;

        internal ValueTask<int> Wait() => new(this, _core.Version);

        // As real sources do: completes only what is waited for, so that the reset cannot overtake the call-back.
        internal void Complete(int value)
        {
            SpinWait.SpinUntil(() => Volatile.Read(ref _registered));
            _registered = false;
            _core.SetResult(value);
        }

        public int GetResult(short token)
        {
            int result = _core.GetResult(token);
            _core.Reset();
            return result;
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            _core.OnCompleted(continuation, state, token, flags);
            Volatile.Write(ref _registered, true);
        }
    }
}
