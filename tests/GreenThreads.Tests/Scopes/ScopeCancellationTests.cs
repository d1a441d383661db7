using GreenThreads.Diagnostics;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scopes;

/// <summary>Scopes that are cancelled: by their owner, a deadline, a token, a scope around them.</summary>
public class ScopeCancellationTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    [Fact]
    public void Cancel_ends_the_children_and_throws_nothing() => GreenThread.Run(() =>
    {
        GreenThread child;
        using (var scope = new GreenScope())
        {
            child = scope.Start(() => GreenThread.Sleep(Timeout.Infinite));
            scope.Cancel();
            Assert.True(scope.IsCancellationRequested);
            Assert.True(scope.Token.IsCancellationRequested);
        }
        var exception = Expect.Throws<OperationCanceledException>(child.Join);
        Assert.Contains(nameof(Cancel_ends_the_children_and_throws_nothing), exception.Message);
        GreenThread.Sleep(1); // the scope has been left: no longer cancelled
    });

    [Fact]
    public void Cancellation_is_sticky_until_the_scope_is_left() => GreenThread.Run(() =>
    {
        using (var scope = new GreenScope())
        {
            scope.Cancel();
            for (int i = 0; i < 3; i++) Expect.Throws<OperationCanceledException>(() => GreenThread.Sleep(1));
            Expect.Throws<OperationCanceledException>(GreenThread.ThrowIfCancellationRequested);
            GreenThread.Yield(); // no wait
            Assert.Equal(3, GreenThread.Await(Task.FromResult(3))); // does not wait either
        }
        GreenThread.Sleep(1);
        GreenThread.ThrowIfCancellationRequested();
    });

    [Fact]
    public void A_child_started_in_a_cancelled_scope_never_runs() => GreenThread.Run(() =>
    {
        bool ran = false;
        using var scope = new GreenScope();
        scope.Cancel();
        GreenThread child = scope.Start(() => { ran = true; });
        Assert.Equal(GreenThreadState.Done, child.State);
        Expect.Throws<OperationCanceledException>(child.Join);
        Assert.False(ran);
    });

    [Fact]
    public void A_deadline_that_cuts_something_short_becomes_a_TimeoutException() => GreenThread.Run(() =>
    {
        GreenThread? child = null;
        var exception = Expect.Throws<TimeoutException>(() =>
        {
            using var scope = new GreenScope(TimeSpan.FromMilliseconds(20));
            child = scope.Start(() => GreenThread.Sleep(Timeout.Infinite));
        });
        Assert.Contains("00:00:00.0200000", exception.Message);
        Expect.Throws<OperationCanceledException>(child!.Join);
    });

    [Fact]
    public void A_deadline_ends_the_wait_of_the_owner() => GreenThread.Run(() =>
    {
        Expect.Throws<TimeoutException>(() =>
        {
            using var scope = new GreenScope(TimeSpan.FromMilliseconds(10));
            GreenThread.Sleep(Timeout.Infinite);
        });
        Expect.Throws<TimeoutException>(() =>
        {
            using var scope = new GreenScope(TimeSpan.Zero);
            GreenThread.Sleep(1);
        });
    });

    [Fact]
    public void A_deadline_that_cuts_nothing_short_is_no_failure() => GreenThread.Run(() =>
    {
        using var scope = new GreenScope(TimeSpan.FromMilliseconds(5));
        GreenThread child = scope.Start(() =>
        {
            while (!scope.IsCancellationRequested) Thread.SpinWait(100); // nothing here is a wait
        });
        scope.Join();
        child.Join();
    });

    [Fact]
    public void An_owner_that_handles_its_cancelled_wait_leaves_the_scope_in_peace() => GreenThread.Run(() =>
    {
        bool handled = false;
        using (var scope = new GreenScope(TimeSpan.FromMilliseconds(5)))
        {
            try
            {
                GreenThread.Sleep(Timeout.Infinite);
            }
            catch (OperationCanceledException)
            {
                handled = true;
            }
        }
        Assert.True(handled);
    });

    [Fact]
    public void A_token_cancels_the_scope_and_is_the_one_in_the_exception() => GreenThread.Run(() =>
    {
        using var source = new CancellationTokenSource();
        CancellationToken token = source.Token;
        var exception = Expect.Throws<OperationCanceledException>(() =>
        {
            using var scope = new GreenScope(cancellationToken: token);
            scope.Start(source.Cancel);
            GreenThread.Sleep(Timeout.Infinite);
        });
        Assert.Equal(token, exception.CancellationToken);
    });

    [Fact]
    public void Cancellation_reaches_the_scopes_inside_and_no_further() => GreenThread.Run(() =>
    {
        int ended = 0;
        using var outer = new GreenScope();
        GreenThread bystander = outer.Start(() => GreenThread.Sleep(20));
        GreenThread middle = outer.Start(() =>
        {
            using var inner = new GreenScope();
            for (int i = 0; i < 3; i++)
            {
                inner.Start(() =>
                {
                    try
                    {
                        using var innermost = new GreenScope();
                        innermost.Start(() => GreenThread.Sleep(Timeout.Infinite));
                    }
                    finally
                    {
                        Interlocked.Increment(ref ended);
                    }
                });
            }
            GreenThread.Sleep(5);
            inner.Cancel();
        });
        middle.Join();
        Assert.Equal(3, ended);
        Assert.False(outer.IsCancellationRequested);
        bystander.Join();
    });

    [Fact]
    public void The_token_of_an_outer_scope_is_in_the_exception_of_an_inner_wait() => GreenThread.Run(() =>
    {
        using var outer = new GreenScope();
        CancellationToken token = outer.Token;
        GreenThread<bool> child = outer.Start(() =>
        {
            using var inner = new GreenScope(s_long);
            try
            {
                GreenThread.Sleep(Timeout.Infinite);
                return false;
            }
            catch (OperationCanceledException exception)
            {
                return exception.CancellationToken == token;
            }
        });
        SpinWait.SpinUntil(() => child.State == GreenThreadState.Parked, s_long);
        outer.Cancel();
        bool shielded;
        using (GreenThread.Shield()) shielded = child.Result;
        Assert.True(shielded);
    });

    [Fact]
    public void A_shield_lets_a_finally_block_wait_after_the_cancellation() => GreenThread.Run(() =>
    {
        bool cleaned = false;
        using (var scope = new GreenScope())
        {
            scope.Start(() =>
            {
                try
                {
                    GreenThread.Sleep(Timeout.Infinite);
                }
                finally
                {
                    using (GreenThread.Shield())
                    {
                        GreenThread.Sleep(5);
                        cleaned = true;
                    }
                    Expect.Throws<OperationCanceledException>(() => GreenThread.Sleep(5));
                }
            });
            GreenThread.Sleep(5);
            scope.Cancel();
        }
        Assert.True(cleaned);
    });

    [Fact]
    public void A_deadline_inside_of_a_shield_limits_the_cleanup() => GreenThread.Run(() =>
    {
        using var scope = new GreenScope();
        scope.Cancel();
        using (GreenThread.Shield())
        {
            Expect.Throws<TimeoutException>(() =>
            {
                using var cleanup = new GreenScope(TimeSpan.FromMilliseconds(5));
                GreenThread.Sleep(Timeout.Infinite);
            });
            GreenThread.Sleep(1);
        }
    });
}
