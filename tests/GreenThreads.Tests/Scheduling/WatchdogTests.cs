using System.Diagnostics;
using System.Runtime.InteropServices;
using GreenThreads.Scheduling;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scheduling;

/// <summary>Code that blocks without telling is noticed, and the queue of its carrier handed over.</summary>
public partial class WatchdogTests
{
    // The other thread lies in the queue of the only carrier, and ends what the first one blocks in.
    private static void OthersRunWhile(Action<Action> block, Action release)
    {
        using var scheduler = new Scheduler(1, maxReplacements: 4, null);
        long blocked = 0;
        long ran = 0;
        GreenThread.Run(static () => { }); // the library is loaded
        GreenThread blocking = scheduler.Start(() =>
        {
            GreenThread.Start(() =>
            {
                Volatile.Write(ref ran, Stopwatch.GetTimestamp());
                release();
            });
            Pinned.Call(() => block(() => Volatile.Write(ref blocked, Stopwatch.GetTimestamp())));
        });
        Assert.True(blocking.Join(TimeSpan.FromSeconds(15)), "The other thread has not run.");
        TestContext.Current.TestOutputHelper?.WriteLine($"noticed after {Stopwatch.GetElapsedTime(blocked, ran).TotalMilliseconds:0.0} ms");
    }

    [Fact]
    public void A_native_sleep()
    {
        using var scheduler = new Scheduler(1, maxReplacements: 4, null);
        bool woken = false;
        GreenThread sleeping = scheduler.Start(() =>
        {
            _ = Sleep(1_000_000); // microseconds
            Volatile.Write(ref woken, true);
        });
        GreenThread other = scheduler.Start(() => Assert.False(Volatile.Read(ref woken)));
        other.Join();
        sleeping.Join();
    }

    [Fact]
    public void A_native_wait_for_another_thread()
    {
        int[] ends = new int[2];
        Assert.Equal(0, MakePipe(ends));
        OthersRunWhile(
            started =>
            {
                byte one = 0;
                started();
                Assert.Equal(1, Read(ends[0], ref one, 1));
                Assert.Equal(7, one);
            },
            () =>
            {
                byte seven = 7;
                Assert.Equal(1, Write(ends[1], ref seven, 1));
            });
    }

    [Fact]
    public void Opening_and_reading_a_slow_file()
    {
        string path = Path.Combine(Path.GetTempPath(), $"green-{Guid.NewGuid():N}");
        Assert.Equal(0, MakeFifo(path, 0x180));
        try
        {
            string? text = null;
            OthersRunWhile(
                started =>
                {
                    started();
                    text = Plain.ReadAllText(path); // opening it blocks, too
                },
                () => Plain.WriteAllText(path, "slow"));
            Assert.Equal("slow", text);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_computation_of_the_framework()
    {
        bool stop = false;
        OthersRunWhile(
            started =>
            {
                started();
                Plain.Compute(() => Volatile.Read(ref stop));
            },
            () => Volatile.Write(ref stop, true));
    }

    [Fact]
    public void Many_at_once()
    {
        using var scheduler = new Scheduler(2, maxReplacements: 64, null);
        GreenThread[] sleeping = [.. Enumerable.Range(0, 20).Select(_ => scheduler.Start(() => _ = Sleep(300_000)))];
        foreach (GreenThread thread in sleeping) thread.Join();
        scheduler.Start(static () => GreenThread.Sleep(1)).Join();
        Assert.True(SpinWait.SpinUntil(() => scheduler.DetachedCount == 0 && scheduler.Processors.Length == 2, 20_000));
    }

    /// <summary>Calls as code makes them that is not woven.</summary>
    [NotWoven]
    private static class Plain
    {
        internal static string ReadAllText(string path) => File.ReadAllText(path);

        internal static void WriteAllText(string path, string text) => File.WriteAllText(path, text);

        internal static void Compute(Func<bool> isEnough) => _ = Enumerable.Repeat(0, int.MaxValue).First(_ => isEnough());
    }

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Sleep(uint microseconds);

    [LibraryImport("libc", EntryPoint = "pipe")]
    private static partial int MakePipe([Out] int[] ends);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int file, ref byte buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, ref byte buffer, nint count);

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);
}
