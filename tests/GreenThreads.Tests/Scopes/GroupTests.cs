using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scopes;

/// <summary>Results of groups: all, the first successful one, as they complete.</summary>
public class GroupTests
{
    [Fact]
    public void All_returns_the_results_in_order() => GreenThread.Run(() =>
    {
        int[] results = GreenScope.All(() => Later(20, 1), () => Later(1, 2), () => Later(10, 3));
        Assert.Equal([1, 2, 3], results);
        Assert.Empty(GreenScope.All<int>());
    });

    [Fact]
    public void All_throws_the_first_failure_and_cancels_the_others() => GreenThread.Run(() =>
    {
        bool cancelled = false;
        Expect.Throws<InvalidDataException>(() => GreenScope.All(
            () =>
            {
                try
                {
                    return Later(-1, 1);
                }
                catch (OperationCanceledException)
                {
                    cancelled = true;
                    throw;
                }
            },
            () => throw new InvalidDataException()));
        Assert.True(cancelled);
    });

    [Fact]
    public void FirstSuccessful_returns_the_first_result_and_ends_the_others() => GreenThread.Run(() =>
    {
        int ended = 0;
        int result = GreenScope.FirstSuccessful(
            () => Counted(() => Later(-1, 1)),
            () => throw new InvalidDataException(),
            () => Counted(() => Later(5, 3)));
        Assert.Equal(3, result);
        Assert.Equal(2, ended);

        int Counted(Func<int> body)
        {
            try
            {
                return body();
            }
            finally
            {
                Interlocked.Increment(ref ended);
            }
        }
    });

    [Fact]
    public void FirstSuccessful_throws_what_all_have_failed_with() => GreenThread.Run(() =>
    {
        var exception = Expect.Throws<AggregateException>(
            () => GreenScope.FirstSuccessful<int>(() => throw new InvalidDataException(), () => throw new FormatException()));
        Assert.Equal(2, exception.InnerExceptions.Count);
    });

    [Fact]
    public void FirstSuccessful_ends_with_its_deadline() => GreenThread.Run(() => Expect.Throws<TimeoutException>(() =>
        GreenScope.FirstSuccessful([() => Later(-1, 1)], new GreenScopeOptions { Deadline = TimeSpan.FromMilliseconds(10) })));

    [Fact]
    public void AsCompleted_gives_each_thread_when_it_has_ended() => GreenThread.Run(() =>
    {
        using var scope = new GreenScope(new GreenScopeOptions { KeepSiblings = true });
        var gates = new GreenChannel<int>[3];
        var threads = new GreenThread<int>[3];
        for (int i = 0; i < 3; i++)
        {
            var gate = new GreenChannel<int>(1);
            gates[i] = gate;
            threads[i] = scope.Start(gate.Receive);
        }
        var order = new List<int>();
        gates[1].Send(1);
        foreach (GreenThread<int> thread in GreenScope.AsCompleted(threads))
        {
            order.Add(thread.Result);
            if (order.Count == 1) gates[2].Send(2);
            else if (order.Count == 2) gates[0].Send(0);
        }
        Assert.Equal([1, 2, 0], order);
    });

    [Fact]
    public void Groups_work_on_an_OS_thread()
    {
        int[] all = GreenScope.All(() => Later(5, 1), () => Later(1, 2));
        Assert.Equal([1, 2], all);
        Assert.Equal(2, GreenScope.FirstSuccessful(() => Later(-1, 1), () => Later(1, 2)));
        GreenThread<int>[] threads = [GreenThread.Start(() => Later(5, 1)), GreenThread.Start(() => Later(1, 2))];
        Assert.Equal(3, GreenScope.AsCompleted(threads).Sum(thread => thread.Result));
    }

    [Fact]
    public void Null_arguments_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => GreenScope.All<int>(null!));
        Assert.Throws<ArgumentException>(() => GreenScope.All<int>([null!]));
        Assert.Throws<ArgumentException>(() => GreenScope.FirstSuccessful<int>());
        Assert.Throws<ArgumentNullException>(() => GreenScope.AsCompleted<GreenThread>(null!));
        Assert.Throws<ArgumentException>(() => GreenScope.AsCompleted<GreenThread>([null!]));
    }

    private static int Later(int milliseconds, int result)
    {
        GreenThread.Sleep(milliseconds);
        return result;
    }
}
