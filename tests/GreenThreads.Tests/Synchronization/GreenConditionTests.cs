namespace GreenThreads.Tests.Synchronization;

/// <summary>What a condition does.</summary>
public class GreenConditionTests
{
    private readonly GreenLock _lock = new();

    [Fact]
    public void A_pulse_wakes_the_one_who_waits_longest_and_it_holds_the_lock() => GreenThread.Run(() =>
    {
        var condition = new GreenCondition(_lock);
        var order = new List<int>();
        GreenThread[] threads = Waiting.Start(3, number =>
        {
            using (_lock.EnterScope())
            {
                condition.Wait();
                Assert.True(_lock.IsHeldByCurrentThread);
                order.Add(number);
                condition.Pulse();
            }
        });
        using (_lock.EnterScope()) condition.Pulse();
        foreach (GreenThread thread in threads) thread.Join();
        Assert.Equal([0, 1, 2], order);
    });

    [Fact]
    public void PulseAll_wakes_those_who_wait_and_not_those_who_come() => GreenThread.Run(() =>
    {
        var condition = new GreenCondition(_lock);
        int woken = 0;
        Action wait = () =>
        {
            using (_lock.EnterScope())
            {
                condition.Wait();
                woken++;
            }
        };
        GreenThread[] threads = Waiting.Start(4, _ => wait());
        Action os = Waiting.StartOs(wait);
        using (_lock.EnterScope()) condition.PulseAll();
        foreach (GreenThread thread in threads) thread.Join();
        os();
        GreenThread late = Waiting.Start(wait);
        Assert.Equal(5, woken);
        using (_lock.EnterScope()) condition.PulseAll();
        late.Join();
    });

    [Fact]
    public void The_lock_is_taken_again_whatever_ended_the_wait_and_as_often() => GreenThread.Run(() =>
    {
        var condition = new GreenCondition(_lock);
        using var source = new CancellationTokenSource();
        void InTwice(Action body)
        {
            using (_lock.EnterScope())
            using (_lock.EnterScope())
            {
                body();
                Assert.True(_lock.IsHeldByCurrentThread);
            }
            Assert.False(_lock.IsHeldByCurrentThread);
        }
        InTwice(() => Assert.False(condition.Wait(TimeSpan.FromMilliseconds(5))));
        GreenThread interrupted = Waiting.Start(() => InTwice(() => Assert.Throws<ThreadInterruptedException>(condition.Wait)));
        using (_lock.EnterScope()) interrupted.Interrupt(); // it was given up while waiting
        interrupted.Join();
        GreenThread cancelled = Waiting.Start(() => InTwice(() => Assert.Throws<OperationCanceledException>(() => condition.Wait(source.Token))));
        source.Cancel();
        cancelled.Join();
    });

    [Fact]
    public void Without_the_lock_it_is_refused()
    {
        var condition = new GreenCondition(_lock);
        Assert.Throws<SynchronizationLockException>(condition.Wait);
        Assert.Throws<SynchronizationLockException>(condition.Pulse);
        Assert.Throws<SynchronizationLockException>(condition.PulseAll);
        Assert.Throws<ArgumentNullException>("guard", () => new GreenCondition(null!));
    }

    [Theory]
    [MemberData(nameof(SynchronizationStressTests.CarrierCounts), MemberType = typeof(SynchronizationStressTests))]
    public void A_bounded_queue_over_two_conditions_keeps_its_order(int carriers) => Crowd.Each(carriers, 3, crowd =>
    {
        var notEmpty = new GreenCondition(_lock);
        var notFull = new GreenCondition(_lock);
        var queue = new Queue<int>();
        int put = 0;
        int taken = 0;
        const int Total = 600;
        crowd.Run(8, 300, random =>
        {
            bool puts = random.Next(2) == 0;
            GreenCondition awaited = puts ? notFull : notEmpty;
            _lock.Enter();
            try
            {
                while (puts ? queue.Count == 3 : queue.Count == 0)
                {
                    if (puts ? put >= Total : taken >= Total || put >= Total) return;
                    if (!awaited.Wait(TimeSpan.FromMilliseconds(random.Next(1, 20)))) return;
                }
                if (puts)
                {
                    queue.Enqueue(put++);
                    notEmpty.Pulse();
                }
                else
                {
                    if (queue.Dequeue() != taken++) throw new InvalidOperationException("An item was overtaken.");
                    notFull.Pulse();
                }
            }
            finally
            {
                _lock.Exit();
            }
        });
        Assert.Equal(put - taken, queue.Count);
        Assert.NotEqual(0, taken);
    });
}
