namespace GreenThreads.Tests.Synchronization;

/// <summary>What is done once, and values that are made once.</summary>
public class GreenOnceTests
{
    [Fact]
    public void The_first_does_it_and_the_others_wait() => GreenThread.Run(() =>
    {
        var once = new GreenOnce();
        int runs = 0;
        void Initialize()
        {
            GreenThread.Sleep(2);
            runs++;
        }
        GreenThread[] threads = [.. Enumerable.Range(0, 10).Select(_ => GreenThread.Start(() =>
        {
            once.Run(Initialize);
            Assert.Equal(1, runs);
        }))];
        Action os = Waiting.StartOs(() => once.Run(Initialize));
        foreach (GreenThread thread in threads) thread.Join();
        os();
        Assert.True(once.IsDone);
        once.Run(() => Assert.Fail("It was done."));
    });

    [Fact]
    public void A_failure_goes_to_its_caller_and_the_next_one_tries_again() => GreenThread.Run(() =>
    {
        var once = new GreenOnce();
        GreenThread failing = Waiting.Start(() => Assert.Throws<InvalidDataException>(() => once.Run(() =>
        {
            GreenThread.Sleep(5);
            throw new InvalidDataException("broken");
        })));
        int runs = 0;
        GreenThread[] others = Waiting.Start(3, _ => once.Run(() => runs++));
        failing.Join();
        foreach (GreenThread other in others) other.Join();
        Assert.Equal(1, runs);
    });

    [Fact]
    public void An_interrupted_waiter_leaves_and_the_action_goes_on() => GreenThread.Run(() =>
    {
        var once = new GreenOnce();
        var gate = new GreenChannel<int>();
        GreenThread runner = Waiting.Start(() => once.Run(() => gate.Receive()));
        GreenThread waiter = Waiting.Start(() => Assert.Throws<ThreadInterruptedException>(() => once.Run(() => { })));
        waiter.Interrupt();
        waiter.Join();
        gate.Send(1);
        runner.Join();
        Assert.True(once.IsDone);
    });

    [Fact]
    public void To_need_itself_is_refused()
    {
        var once = new GreenOnce();
        Assert.Throws<InvalidOperationException>(() => once.Run(() => once.Run(() => { })));
        GreenLazy<int>? lazy = null;
        lazy = new GreenLazy<int>(() => lazy!.Value + 1);
        Assert.Throws<InvalidOperationException>(() => lazy.Value);
        Assert.Throws<ArgumentNullException>("action", () => once.Run(null!));
        Assert.Throws<ArgumentNullException>("factory", () => new GreenLazy<int>(null!));
    }

    [Fact]
    public void A_lazy_value_is_made_once_by_a_factory_that_may_wait() => GreenThread.Run(() =>
    {
        int made = 0;
        var lazy = new GreenLazy<string>(() =>
        {
            GreenThread.Sleep(2);
            made++;
            return "value";
        });
        Assert.False(lazy.IsValueCreated);
        GreenThread<string>[] threads = [.. Enumerable.Range(0, 10).Select(_ => GreenThread.Start(() => lazy.Value))];
        foreach (GreenThread<string> thread in threads) Assert.Equal("value", thread.Result);
        Assert.Equal(1, made);
        Assert.True(lazy.IsValueCreated);
    });

    [Fact]
    public void The_failure_of_a_factory_is_kept_but_not_the_interrupt_of_its_thread() => GreenThread.Run(() =>
    {
        int calls = 0;
        var broken = new GreenLazy<int>(() =>
        {
            calls++;
            throw new InvalidDataException("broken");
        });
        Assert.Throws<InvalidDataException>(() => broken.Value);
        Assert.Throws<InvalidDataException>(() => broken.Value);
        Assert.Equal(1, calls);
        Assert.False(broken.IsValueCreated);

        bool slow = true;
        var lazy = new GreenLazy<int>(() =>
        {
            if (slow) GreenThread.Sleep(Timeout.Infinite);
            return 7;
        });
        GreenThread interrupted = Waiting.Start(() => Assert.Throws<ThreadInterruptedException>(() => lazy.Value));
        slow = false;
        interrupted.Interrupt();
        interrupted.Join();
        Assert.Equal(7, lazy.Value);
    });
}
