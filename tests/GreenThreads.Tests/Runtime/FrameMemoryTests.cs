using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using GreenThreads.Continuations;

namespace GreenThreads.Tests.Runtime;

/// <summary>No memory for one of the frames of a wait, each in turn: the wait fails, as a call fails that throws.</summary>
[Collection(nameof(FrameMemoryTests))]
[CollectionDefinition(nameof(FrameMemoryTests), DisableParallelization = true)]
public class FrameMemoryTests
{
    private const int MostFrames = 200;

    public static TheoryData<string> Waits => [.. s_waits.Keys];

    private static readonly Dictionary<string, Action<Run>> s_waits = new()
    {
        ["yield"] = static _ => GreenThread.Yield(),
        ["sleep"] = static _ => GreenThread.Sleep(1),
        ["receive"] = static run => run.Received = run.Items.Receive(),
        ["receive with a limit"] = static run => run.Items.TryReceive(out run.Received, TimeSpan.FromMinutes(1)),
        ["send"] = static run => run.Sent.Send(1),
        ["join"] = static run => GreenThread.Start(static () => GreenThread.Sleep(1)).Join(),
        ["lock"] = static run => WaitForTheLock(run),
        ["loop"] = static run => Loop(run),
        ["handlers"] = static run => WaitInHandlers(run),
    };

    [Theory]
    [MemberData(nameof(Waits))]
    public void All_finally_blocks_run_locks_are_released_and_the_thread_fails(string wait)
    {
        int failed = 0;
        for (int lacking = 0; ; lacking++)
        {
            Assert.True(lacking < MostFrames, "The scenario never comes to its end.");
            var run = new Run(s_waits[wait]);
            bool lacked = Execute(lacking, () => Outer(run), run, out Exception? failure);
            Assert.Equal(run.Entered, run.Left);
            // a wait that was granted at that very moment succeeds: nothing may be lost
            if (lacked && run.Received == 0) Assert.NotNull(failure);
            if (failure is not null) Assert.IsType<OutOfMemoryException>(failure);
            if (failure is null) Assert.Equal(1, run.Completed);
            else if (run.Received == 0) Assert.Equal(0, run.Completed); // else a caller that could not be saved may have thrown after that
            AssertFree(run);
            if (!lacked) break;
            failed++;
        }
        Assert.True(failed >= 3, $"Only {failed} frames were made.");
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public void A_thread_that_catches_it_waits_on(string wait)
    {
        int failedOutside = 0;
        for (int lacking = 0; ; lacking++)
        {
            Assert.True(lacking < MostFrames, "The scenario never comes to its end.");
            var run = new Run(s_waits[wait]);
            bool lacked = Execute(lacking, () => Catching(run), run, out Exception? failure);
            Assert.Equal(run.Entered, run.Left);
            if (failure is not null)
            {
                // the method that has caught it, or a caller of it, may be what could not be saved: see Continuation.NoMemory.cs
                Assert.IsType<OutOfMemoryException>(failure);
                failedOutside++;
            }
            else if (run.Received == 0)
            {
                Assert.Equal(lacked ? 1 : 0, run.Caught);
            }
            AssertFree(run);
            if (!lacked) break;
        }
        Assert.InRange(failedOutside, 0, 8); // its own two frames, at each of its waits
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public void A_woven_handler_of_first_chance_exceptions_runs_and_waits_meanwhile(string wait)
    {
        int told = 0;
        int failed = 0;
        var between = new ThreadLocal<int>();

        void Handle(object? sender, FirstChanceExceptionEventArgs args)
        {
            if (args.Exception is not OutOfMemoryException || between.Value != 0) return;
            between.Value = 1;
            GreenThread.Yield();
            Told();
            GreenThread.Sleep(1);
            between.Value = 0;
        }

        void Told()
        {
            GreenThread.Yield();
            Interlocked.Increment(ref told);
        }

        AppDomain.CurrentDomain.FirstChanceException += Handle;
        try
        {
            for (int lacking = 0; ; lacking++)
            {
                Assert.True(lacking < MostFrames, "The scenario never comes to its end.");
                var run = new Run(s_waits[wait]);
                if (!Execute(lacking, () => Outer(run), run, out Exception? failure)) break;
                Assert.Equal(run.Entered, run.Left);
                if (failure is not null) Assert.IsType<OutOfMemoryException>(failure);
                AssertFree(run);
                failed++;
            }
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Handle;
        }
        Assert.True(failed >= 3, $"Only {failed} frames were made.");
        Assert.InRange(told, failed, int.MaxValue);
    }

    // Runs a body on a green thread whose n-th frame cannot be made, with a partner on each channel. Whether that came about.
    private static bool Execute(int lacking, Action body, Run run, out Exception? failure)
    {
        int made = 0;
        bool lacked = false;
        GreenThread? thread = null;
        failure = null;
        Continuation.BeforeFrame = continuation =>
        {
            if (!ReferenceEquals(continuation, Volatile.Read(ref thread)) || made++ != lacking) return;
            lacked = true;
            throw new OutOfMemoryException();
        };
        try
        {
            using var start = new ManualResetEventSlim();
            thread = GreenThread.Start(() =>
            {
                start.Wait();
                body();
            });
            start.Set();
            Partner(run, thread);
            try
            {
                thread.Join();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }
        finally
        {
            Continuation.BeforeFrame = null;
        }
        return lacked;
    }

    [NotWoven]
    private static void Partner(Run run, GreenThread thread)
    {
        while (thread.State != GreenThreadState.Done)
        {
            run.Items.TrySend(7);
            run.Sent.TryReceive(out _);
            Thread.Yield();
        }
    }

    private static void AssertFree(Run run)
    {
        Assert.False(run.Items.TrySend(7), "Somebody still waits for an item.");
        Assert.False(run.Sent.TryReceive(out _), "Somebody still waits with an item.");
        Assert.True(run.Gate.TryEnter(), "The lock is still held.");
        run.Gate.Exit();
    }

    private static void Catching(Run run)
    {
        try
        {
            Outer(run);
        }
        catch (OutOfMemoryException)
        {
            run.Caught++;
        }
        GreenThread.Yield();
        GreenThread.Sleep(1);
    }

    private static void Outer(Run run)
    {
        run.Entered++;
        try
        {
            run.Gate.Enter();
            try
            {
                string text = Middle(run, 3);
                if (text != "middle 3") throw new InvalidOperationException(text);
            }
            finally
            {
                run.Gate.Exit();
            }
            run.Completed++;
        }
        finally
        {
            run.Left++;
        }
    }

    // Catches another kind of exception, and passes this one.
    private static string Middle(Run run, int depth)
    {
        run.Entered++;
        try
        {
            if (depth > 1) Middle(run, depth - 1);
            else Inner(run);
        }
        catch (FormatException)
        {
            return "wrong";
        }
        finally
        {
            run.Left++;
        }
        return $"middle {depth}";
    }

    private static void Inner(Run run)
    {
        run.Entered++;
        using (new Leaving(run)) run.Wait(run);
        AfterWait(run);
    }

    // No try block here: there is only what its callers do.
    private static void AfterWait(Run run)
    {
        int entered = run.Entered;
        GreenThread.Yield();
        if (entered != run.Entered) throw new InvalidOperationException("A variable was lost.");
    }

    private static void WaitForTheLock(Run run)
    {
        var gate = new GreenLock();
        GreenThread holder = GreenThread.Start(() =>
        {
            gate.Enter();
            GreenThread.Sleep(5);
            gate.Exit();
        });
        GreenThread.Sleep(1);
        gate.Enter();
        gate.Exit();
        holder.Join();
    }

    private static void Loop(Run run)
    {
        run.Entered++;
        try
        {
            for (int i = 0; i < 3; i++) Continuation.Current.YieldMark = 1;
        }
        finally
        {
            run.Left++;
        }
    }

    private static void WaitInHandlers(Run run)
    {
        run.Entered++;
        try
        {
            Throw();
        }
        catch (FormatException)
        {
            GreenThread.Yield();
        }
        finally
        {
            run.Left++;
            GreenThread.Sleep(1);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Throw() => throw new FormatException();

    private sealed class Run(Action<Run> wait)
    {
        internal readonly Action<Run> Wait = wait;
        internal readonly GreenChannel<int> Items = new();
        internal readonly GreenChannel<int> Sent = new();
        internal readonly GreenLock Gate = new();
        internal int Received;
        internal int Entered;
        internal int Left;
        internal int Completed;
        internal int Caught;
    }

    private readonly struct Leaving(Run run) : IDisposable
    {
        public void Dispose() => run.Left++;
    }
}
