using GreenThreads.Diagnostics;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scopes;

/// <summary>Children end before their scope does; failures, limits, misuse.</summary>
public class GreenScopeTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(30);

    [Fact]
    public void Children_end_before_the_scope_does() => GreenThread.Run(() =>
    {
        int ended = 0;
        using (var scope = new GreenScope())
        {
            for (int i = 0; i < 10; i++)
            {
                int delay = i;
                scope.Start(() =>
                {
                    GreenThread.Sleep(delay);
                    Interlocked.Increment(ref ended);
                });
            }
        }
        Assert.Equal(10, ended);
    });

    [Fact]
    public void Waiting_for_the_children_suspends_the_owner()
    {
        long pinned = GreenThreadDiagnostics.Counters.PinnedWaits;
        Children_end_before_the_scope_does();
        Assert.Equal(pinned, GreenThreadDiagnostics.Counters.PinnedWaits);
    }

    [Fact]
    public void A_scope_works_on_an_OS_thread()
    {
        GreenThread<int> child;
        using (var scope = new GreenScope())
        {
            child = scope.Start(() =>
            {
                GreenThread.Sleep(5);
                return 7;
            });
        }
        Assert.Equal(GreenThreadState.Done, child.State);
        Assert.Equal(7, child.Result);
    }

    [Fact]
    public void The_first_failure_cancels_the_siblings_and_is_thrown_at_the_end() => GreenThread.Run(() =>
    {
        GreenThread? sibling = null;
        var failure = Expect.Throws<InvalidDataException>(() =>
        {
            using var scope = new GreenScope();
            sibling = scope.Start(() => GreenThread.Sleep(Timeout.Infinite));
            scope.Start(() => throw new InvalidDataException("first"));
        });
        Assert.Equal("first", failure.Message);
        Assert.Empty(GreenScope.GetOtherFailures(failure));
        Assert.Equal(GreenThreadState.Done, sibling!.State);
        Expect.Throws<OperationCanceledException>(sibling.Join);
    });

    [Fact]
    public void The_failures_of_siblings_are_attached_to_the_first() => GreenThread.Run(() =>
    {
        var failure = Expect.Throws<InvalidDataException>(() =>
        {
            using var scope = new GreenScope();
            for (int i = 0; i < 3; i++)
            {
                scope.Start(() =>
                {
                    try
                    {
                        GreenThread.Sleep(Timeout.Infinite);
                    }
                    finally
                    {
                        throw new FormatException("later");
                    }
                });
            }
            scope.Start(() => throw new InvalidDataException("first"));
        });
        IReadOnlyList<Exception> others = GreenScope.GetOtherFailures(failure);
        Assert.Equal(3, others.Count);
        Assert.All(others, other => Assert.IsType<FormatException>(other));
    });

    [Fact]
    public void A_failing_child_ends_the_waits_of_the_owner() => GreenThread.Run(() =>
    {
        bool cancelled = false;
        Expect.Throws<InvalidDataException>(() =>
        {
            using var scope = new GreenScope();
            scope.Start(() => throw new InvalidDataException());
            try
            {
                GreenThread.Sleep(Timeout.Infinite);
            }
            catch (OperationCanceledException exception)
            {
                cancelled = exception.CancellationToken == scope.Token;
                throw;
            }
        });
        Assert.True(cancelled);
    });

    [Fact]
    public void An_exception_in_the_block_cancels_the_children_and_goes_on() => GreenThread.Run(() =>
    {
        GreenThread? child = null;
        var failure = Expect.Throws<FormatException>(() =>
        {
            using var scope = new GreenScope();
            child = scope.Start(() => GreenThread.Sleep(Timeout.Infinite));
            throw new FormatException("body");
        });
        Assert.Equal("body", failure.Message);
        Assert.Equal(GreenThreadState.Done, child!.State);
    });

    [Fact]
    public void An_exception_in_the_block_is_first_and_those_of_children_are_attached() => GreenThread.Run(() =>
    {
        var failure = Expect.Throws<FormatException>(() =>
        {
            using var scope = new GreenScope();
            scope.Start(() =>
            {
                try
                {
                    GreenThread.Sleep(Timeout.Infinite);
                }
                catch (OperationCanceledException)
                {
                    throw new InvalidDataException("cleanup");
                }
            });
            GreenThread.Sleep(5);
            throw new FormatException("body");
        });
        Assert.IsType<InvalidDataException>(Assert.Single(GreenScope.GetOtherFailures(failure)));
    });

    [Fact]
    public void An_exception_in_the_block_on_an_OS_thread_cancels_the_children()
    {
        Expect.Throws<FormatException>(() =>
        {
            using var scope = new GreenScope();
            scope.Start(() => GreenThread.Sleep(Timeout.Infinite));
            throw new FormatException("body");
        });
    }

    [Fact]
    public void No_more_children_run_than_the_limit_allows() => GreenThread.Run(() =>
    {
        int running = 0;
        int most = 0;
        int ended = 0;
        using (var scope = new GreenScope(maxConcurrency: 3))
        {
            for (int i = 0; i < 40; i++)
            {
                scope.Start(() =>
                {
                    int now = Interlocked.Increment(ref running);
                    int seen;
                    while (now > (seen = Volatile.Read(ref most))) Interlocked.CompareExchange(ref most, now, seen);
                    GreenThread.Sleep(1);
                    Interlocked.Decrement(ref running);
                    Interlocked.Increment(ref ended);
                });
            }
        }
        Assert.Equal(40, ended);
        Assert.Equal(3, most);
    });

    [Fact]
    public void Queued_children_of_a_cancelled_scope_never_run() => GreenThread.Run(() =>
    {
        int ran = 0;
        var children = new List<GreenThread>();
        using (var scope = new GreenScope(maxConcurrency: 1))
        {
            for (int i = 0; i < 5; i++)
            {
                children.Add(scope.Start(() =>
                {
                    Interlocked.Increment(ref ran);
                    GreenThread.Sleep(Timeout.Infinite);
                }));
            }
            Assert.Equal(GreenThreadState.New, children[4].State);
            SpinWait.SpinUntil(() => children[0].State == GreenThreadState.Parked, s_long);
            scope.Cancel();
        }
        Assert.Equal(1, ran);
        Assert.All(children, child => Expect.Throws<OperationCanceledException>(child.Join));
    });

    [Fact]
    public void Siblings_can_be_kept_when_one_fails() => GreenThread.Run(() =>
    {
        int ended = 0;
        Expect.Throws<InvalidDataException>(() =>
        {
            using var scope = new GreenScope(new GreenScopeOptions { KeepSiblings = true });
            scope.Start(() => throw new InvalidDataException());
            scope.Start(() =>
            {
                GreenThread.Sleep(10);
                ended++;
            });
        });
        Assert.Equal(1, ended);
    });

    [Fact]
    public void An_interrupt_of_the_owner_cancels_the_children_and_is_thrown_after_they_have_ended()
    {
        GreenThread? child = null;
        GreenThread owner = GreenThread.Start(() =>
        {
            using var scope = new GreenScope();
            child = scope.Start(() =>
            {
                try
                {
                    GreenThread.Sleep(Timeout.Infinite);
                }
                finally
                {
                    using (GreenThread.Shield()) GreenThread.Sleep(10);
                }
            });
        });
        SpinWait.SpinUntil(() => owner.State == GreenThreadState.Parked, s_long);
        owner.Interrupt();
        Expect.Throws<ThreadInterruptedException>(owner.Join);
        Assert.Equal(GreenThreadState.Done, child!.State);
    }

    [Fact]
    public void Join_reports_once_and_the_end_of_the_block_does_not_repeat_it() => GreenThread.Run(() =>
    {
        using var scope = new GreenScope();
        scope.Start(() => throw new InvalidDataException());
        Expect.Throws<InvalidDataException>(scope.Join);
        Assert.IsType<InvalidDataException>(Assert.Single(scope.Failures));
    });

    [Fact]
    public void Children_may_start_siblings() => GreenThread.Run(() =>
    {
        int count = 0;
        using (var scope = new GreenScope())
        {
            void Node(int depth)
            {
                Interlocked.Increment(ref count);
                if (depth == 0) return;
                for (int i = 0; i < 3; i++) scope.Start(() => Node(depth - 1));
            }
            scope.Start(() => Node(4));
        }
        Assert.Equal(1 + 3 + 9 + 27 + 81, count);
    });

    [Fact]
    public void A_foreign_thread_is_refused_with_both_threads_in_the_message() => GreenThread.Run(() =>
    {
        using var scope = new GreenScope();
        GreenThread foreign = GreenThread.Start(() =>
        {
            var start = Expect.Throws<InvalidOperationException>(() => scope.Start(() => { }));
            Assert.Contains($"green thread {GreenThread.Current!.Id}", start.Message);
            Assert.Contains(nameof(A_foreign_thread_is_refused_with_both_threads_in_the_message), start.Message);
            Expect.Throws<InvalidOperationException>(scope.Join);
            Expect.Throws<InvalidOperationException>(scope.Dispose);
        });
        foreign.Join();
        Expect.Throws<InvalidOperationException>(() => Task.Run(() => scope.Start(() => { }), TestContext.Current.CancellationToken).GetAwaiter().GetResult());
    });

    [Fact]
    public void Scopes_are_closed_in_the_reverse_order() => GreenThread.Run(() =>
    {
        var outer = new GreenScope(new GreenScopeOptions { Name = "outer" });
        var inner = new GreenScope(new GreenScopeOptions { Name = "inner" });
        var exception = Expect.Throws<InvalidOperationException>(outer.Dispose);
        Assert.Contains("'inner'", exception.Message);
        Assert.Contains("'outer'", exception.Message);
        inner.Dispose();
        outer.Dispose();
        outer.Dispose();
        Expect.Throws<ObjectDisposedException>(() => outer.Start(() => { }));
    });

    [Fact]
    public void Options_out_of_range_are_refused_with_their_value()
    {
        Assert.Equal(0, Expect.Throws<ArgumentOutOfRangeException>(() => new GreenScope(maxConcurrency: 0)).ActualValue);
        Assert.Equal(TimeSpan.FromSeconds(-5), Expect.Throws<ArgumentOutOfRangeException>(() => new GreenScope(TimeSpan.FromSeconds(-5))).ActualValue);
        Expect.Throws<ArgumentOutOfRangeException>(() => new GreenScope(TimeSpan.FromDays(50)));
        Expect.Throws<ArgumentNullException>(() => new GreenScope((GreenScopeOptions)null!));
        using var scope = new GreenScope(Timeout.InfiniteTimeSpan);
        Expect.Throws<ArgumentNullException>(() => scope.Start((Action)null!));
        Expect.Throws<ArgumentNullException>(() => scope.Start((Func<int>)null!));
    }

    [Fact]
    public void A_scope_that_its_owner_leaves_open_is_reported_with_its_place()
    {
        GreenThread? child = null;
        GreenThread owner = GreenThread.Start(() =>
        {
            var scope = new GreenScope();
            child = scope.Start(() => GreenThread.Sleep(Timeout.Infinite));
        });
        var exception = Expect.Throws<InvalidOperationException>(owner.Join);
        Assert.Contains("never disposed", exception.Message);
        Assert.Contains($"{nameof(GreenScopeTests)}.cs", exception.Message);
        Expect.Throws<OperationCanceledException>(child!.Join);
    }

    [Fact]
    public void A_scope_that_an_OS_thread_leaves_open_is_reported_when_it_is_collected()
    {
        var reported = new List<Exception>();
        void Report(object? sender, UnobservedGreenThreadExceptionEventArgs args)
        {
            lock (reported) reported.Add(args.Exception);
        }
        GreenThread.UnobservedException += Report;
        try
        {
            var thread = new Thread(Leak);
            thread.Start();
            thread.Join();
            Assert.True(SpinWait.SpinUntil(
                () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    lock (reported) return reported.Exists(e => e.Message.Contains(nameof(Leak)));
                },
                s_long));
        }
        finally
        {
            GreenThread.UnobservedException -= Report;
        }
    }

    private static void Leak() => new GreenScope().Start(() => GreenThread.Sleep(Timeout.Infinite));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Pinned_children_are_cancelled_too(int count) => GreenThread.Run(() =>
    {
        using var scope = new GreenScope();
        var children = new List<GreenThread>();
        for (int i = 0; i < count; i++) children.Add(scope.Start(() => Pinned.Call(() => GreenThread.Sleep(Timeout.Infinite))));
        SpinWait.SpinUntil(() => children.TrueForAll(child => child.State == GreenThreadState.Parked), s_long);
        scope.Cancel();
        using (GreenThread.Shield())
        {
            foreach (GreenThread child in children) Expect.Throws<OperationCanceledException>(child.Join);
        }
    });
}
