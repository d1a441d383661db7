namespace GreenThreads.Tests.Synchronization;

/// <summary>What a barrier does.</summary>
public class GreenBarrierTests
{
    [Fact]
    public void Nobody_goes_on_before_all_have_arrived_phase_after_phase() => GreenThread.Run(() =>
    {
        const int Threads = 5;
        const int Phases = 20;
        int[] arrivals = new int[Phases];
        long actions = 0;
        var barrier = new GreenBarrier(Threads, barrier =>
        {
            GreenThread.Yield();
            Assert.Equal(actions++, barrier.CurrentPhaseNumber);
        });
        GreenThread[] threads = [.. Enumerable.Range(0, Threads).Select(number => GreenThread.Start(() =>
        {
            for (int phase = 0; phase < Phases; phase++)
            {
                if (number == phase % Threads) GreenThread.Sleep(1);
                Interlocked.Increment(ref arrivals[phase]);
                barrier.SignalAndWait();
                Assert.Equal(Threads, Volatile.Read(ref arrivals[phase]));
            }
        }))];
        foreach (GreenThread thread in threads) thread.Join();
        Assert.Equal(Phases, barrier.CurrentPhaseNumber);
        Assert.Equal(Phases, actions);
    });

    [Fact]
    public void A_thread_that_gives_up_counts_as_not_arrived() => GreenThread.Run(() =>
    {
        var barrier = new GreenBarrier(2);
        Assert.False(barrier.SignalAndWait(TimeSpan.FromMilliseconds(5)));
        Assert.Equal(2, barrier.ParticipantsRemaining);
        GreenThread interrupted = Waiting.Start(() => Assert.Throws<ThreadInterruptedException>(barrier.SignalAndWait));
        interrupted.Interrupt();
        interrupted.Join();
        using var source = new CancellationTokenSource();
        GreenThread cancelled = Waiting.Start(() => Assert.Throws<OperationCanceledException>(() => barrier.SignalAndWait(source.Token)));
        source.Cancel();
        cancelled.Join();
        Assert.Equal(2, barrier.ParticipantsRemaining);
        GreenThread first = Waiting.Start(barrier.SignalAndWait);
        barrier.SignalAndWait();
        first.Join();
    });

    [Fact]
    public void Once_all_have_arrived_nobody_can_give_up() => GreenThread.Run(() =>
    {
        var proceed = new GreenChannel<int>();
        var barrier = new GreenBarrier(3, _ => proceed.Receive());
        bool went = false;
        GreenThread limited = Waiting.Start(() => Assert.True(barrier.SignalAndWait(TimeSpan.FromMilliseconds(400))));
        GreenThread interrupted = Waiting.Start(() =>
        {
            barrier.SignalAndWait();
            went = true;
            Assert.Throws<ThreadInterruptedException>(() => proceed.Receive()); // it comes with the next wait
        });
        GreenThread last = Waiting.Start(barrier.SignalAndWait);
        interrupted.Interrupt();
        GreenThread.Sleep(500); // beyond the limit of the first
        Assert.False(went);
        proceed.Send(1);
        last.Join();
        interrupted.Join();
        limited.Join();
        Assert.Equal(1, barrier.CurrentPhaseNumber);
    });

    [Fact]
    public void A_failure_of_the_action_goes_to_all() => GreenThread.Run(() =>
    {
        bool fails = true;
        var barrier = new GreenBarrier(3, _ =>
        {
            if (fails) throw new InvalidDataException("broken");
        });
        void Arrive() => Assert.IsType<InvalidDataException>(Assert.Throws<BarrierPostPhaseException>(barrier.SignalAndWait).InnerException);
        GreenThread a = Waiting.Start(Arrive);
        GreenThread b = Waiting.Start(Arrive);
        Arrive();
        a.Join();
        b.Join();
        fails = false;
        GreenThread c = Waiting.Start(barrier.SignalAndWait);
        GreenThread d = Waiting.Start(barrier.SignalAndWait);
        barrier.SignalAndWait();
        c.Join();
        d.Join();
    });

    [Fact]
    public void Participants_come_and_go() => GreenThread.Run(() =>
    {
        var barrier = new GreenBarrier(1);
        barrier.SignalAndWait();
        Assert.Equal(1, barrier.AddParticipant());
        Assert.Equal(2, barrier.ParticipantCount);
        GreenThread other = Waiting.Start(barrier.SignalAndWait);
        barrier.RemoveParticipant();
        other.Join();
        barrier.SignalAndWait();
        Assert.Equal(3, barrier.CurrentPhaseNumber);
        barrier.RemoveParticipant();
        Assert.Throws<InvalidOperationException>(barrier.RemoveParticipant);
        Assert.Contains("no participants", Assert.Throws<InvalidOperationException>(barrier.SignalAndWait).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GreenBarrier(-1));
    });

    [Fact]
    public void The_action_cannot_arrive()
    {
        var barrier = new GreenBarrier(1, static barrier => barrier.SignalAndWait());
        Assert.IsType<InvalidOperationException>(Assert.Throws<BarrierPostPhaseException>(barrier.SignalAndWait).InnerException);
    }

    [Fact]
    public void OS_threads_take_part() => GreenThread.Run(() =>
    {
        var barrier = new GreenBarrier(3);
        Action os = Waiting.StartOs(barrier.SignalAndWait);
        GreenThread green = Waiting.Start(barrier.SignalAndWait);
        barrier.SignalAndWait();
        os();
        green.Join();
    });
}
