using System.Runtime.CompilerServices;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Blocking;

/// <summary>Green threads from asynchronous code, and asynchronous code from green threads.</summary>
public class AsyncInteropTests
{
    [Fact]
    public async Task A_green_thread_can_be_awaited()
    {
        int seen = 0;
        await GreenThread.Start(() =>
        {
            GreenThread.Sleep(2);
            seen = 1;
        });
        Assert.Equal(1, seen);
        Assert.Equal(7, await GreenThread.Start(() =>
        {
            GreenThread.Sleep(2);
            return 7;
        }));
    }

    [Fact]
    public async Task Awaiting_throws_what_the_body_threw()
    {
        var thrown = await Assert.ThrowsAsync<FormatException>(async () => await GreenThread.Start((Action)(() =>
        {
            GreenThread.Sleep(1);
            throw new FormatException("late");
        })));
        Assert.Contains(nameof(Awaiting_throws_what_the_body_threw), thrown.StackTrace);
    }

    [Fact]
    public void A_token_ends_the_wait_for_a_task_and_leaves_the_task() => GreenThread.Run(() =>
    {
        var never = new TaskCompletionSource<int>();
        using var stop = new CancellationTokenSource(5);
        Assert.Equal(stop.Token, Assert.ThrowsAny<OperationCanceledException>(() => GreenThread.Await(never.Task, stop.Token)).CancellationToken);
        Assert.ThrowsAny<OperationCanceledException>(() => GreenThread.Await((Task)never.Task, stop.Token));
        never.SetResult(3);
        Assert.Equal(3, GreenThread.Await(never.Task, CancellationToken.None));
    });

    [Fact]
    public void An_asynchronous_sequence_is_a_plain_foreach()
    {
        int disposed = 0;
        Crowd.Run(i =>
        {
            int sum = 0;
            foreach (int n in Numbers(5, () => Interlocked.Increment(ref disposed)).ToBlockingEnumerable())
            {
                sum += n;
                if (i % 2 == 1 && n == 2) break;
            }
            Assert.Equal(i % 2 == 1 ? 3 : 10, sum);
        });
        Assert.Equal(Crowd.Size, disposed);
    }

    private static async IAsyncEnumerable<int> Numbers(int count, Action disposed, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        try
        {
            for (int i = 0; i < count; i++)
            {
                await Task.Delay(1, cancellationToken);
                yield return i;
            }
        }
        finally
        {
            disposed();
        }
    }
}
