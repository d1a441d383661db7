using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scopes;

/// <summary>Threads started with options.</summary>
public class StartOptionsTests
{
    [Fact]
    public void The_name_is_there_from_the_start()
    {
        GreenThread<string?> thread = GreenThread.Start(() => GreenThread.Current!.Name, new GreenThreadStartOptions { Name = "worker" });
        Assert.Equal("worker", thread.Result);
    }

    [Fact]
    public void A_token_that_was_cancelled_before_keeps_the_body_from_running()
    {
        bool ran = false;
        var token = new CancellationToken(canceled: true);
        GreenThread thread = GreenThread.Start(() => { ran = true; }, new GreenThreadStartOptions { CancellationToken = token });
        Assert.Equal(token, Expect.Throws<OperationCanceledException>(thread.Join).CancellationToken);
        Assert.False(ran);
        Assert.Equal(GreenThreadState.Done, thread.State);
    }

    [Fact]
    public void A_token_that_outlives_the_thread_keeps_nothing_of_it()
    {
        using var source = new CancellationTokenSource();
        WeakReference thread = Start(source.Token);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GreenThread.Run(GreenThread.Yield); // a carrier remembers its last thread for a while
                GC.Collect();
                return !thread.IsAlive;
            },
            TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void A_token_reaches_the_scopes_that_the_thread_opens()
    {
        using var source = new CancellationTokenSource();
        GreenThread? child = null;
        GreenThread thread = GreenThread.Start(
            () =>
            {
                using var scope = new GreenScope();
                child = scope.Start(() => GreenThread.Sleep(Timeout.Infinite));
            },
            new GreenThreadStartOptions { CancellationToken = source.Token });
        SpinWait.SpinUntil(() => child?.State == GreenThreadState.Parked, TimeSpan.FromSeconds(20));
        source.Cancel();
        Assert.Equal(source.Token, Expect.Throws<OperationCanceledException>(thread.Join).CancellationToken);
        Assert.Equal(source.Token, Expect.Throws<OperationCanceledException>(child!.Join).CancellationToken);
    }

    [Fact]
    public void Null_arguments_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => GreenThread.Start((Action)null!, new GreenThreadStartOptions()));
        Assert.Throws<ArgumentNullException>(() => GreenThread.Start((Func<int>)null!, new GreenThreadStartOptions()));
        Assert.Throws<ArgumentNullException>(() => GreenThread.Start(() => { }, null!));
        Assert.Throws<ArgumentNullException>(() => GreenThread.Start(() => 1, null!));
    }

    private static WeakReference Start(CancellationToken token)
    {
        GreenThread thread = GreenThread.Start(() => { }, new GreenThreadStartOptions { CancellationToken = token });
        thread.Join();
        return new WeakReference(thread);
    }
}
