using System.Diagnostics;
using System.Globalization;
using GreenThreads.Scheduling;

namespace GreenThreads.Tests.Scheduling;

/// <summary>Execution contexts flow into green threads as into tasks, and stay inside.</summary>
public class ContextTests
{
    private static readonly AsyncLocal<string?> s_local = new();

    [Fact]
    public void The_context_of_the_start_flows_in_and_changes_stay_inside()
    {
        s_local.Value = "outer";
        try
        {
            GreenThread thread = GreenThread.Start(() =>
            {
                Assert.Equal("outer", s_local.Value);
                s_local.Value = "inner";
                GreenThread.Yield();
                Assert.Equal("inner", s_local.Value);
                GreenThread.Sleep(1);
                Assert.Equal("inner", s_local.Value);
                s_local.Value = null;
                GreenThread.Yield();
                Assert.Null(s_local.Value);
            });
            s_local.Value = "later";
            thread.Join();
            Assert.Equal("later", s_local.Value);
        }
        finally
        {
            s_local.Value = null;
        }
        GreenThread.Run(() => Assert.Null(s_local.Value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Threads_on_the_same_carriers_do_not_see_each_others_values(int carriers)
    {
        using var scheduler = new Scheduler(carriers, 256, null);
        var threads = new List<GreenThread>();
        for (int i = 0; i < 60; i++)
        {
            string? own = i % 3 == 0 ? null : $"thread {i}";
            threads.Add(scheduler.Start(() =>
            {
                if (own is not null) s_local.Value = own;
                for (int round = 0; round < 50; round++)
                {
                    GreenThread.Yield();
                    Assert.Equal(own, s_local.Value);
                }
                GreenThread.Run(() => Assert.Equal(own, s_local.Value));
            }));
        }
        foreach (GreenThread thread in threads) thread.Join();
    }

    [Fact]
    public void The_culture_flows()
    {
        var culture = CultureInfo.GetCultureInfo("");
        var other = (CultureInfo)culture.Clone();
        other.NumberFormat.NumberDecimalSeparator = "|";
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = other;
        try
        {
            Assert.Equal("1|5", GreenThread.Run(() =>
            {
                GreenThread.Sleep(1);
                return 1.5.ToString(CultureInfo.CurrentCulture);
            }));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
        Assert.Equal("1.5", GreenThread.Run(() => 1.5.ToString(CultureInfo.CurrentCulture)));
    }

    [Fact]
    public void Suppressed_flow_is_not_captured()
    {
        s_local.Value = "outer";
        try
        {
            GreenThread thread;
            using (ExecutionContext.SuppressFlow())
            {
                thread = GreenThread.Start(() => Assert.Null(s_local.Value));
            }
            thread.Join();
        }
        finally
        {
            s_local.Value = null;
        }
    }

    // What is seen in a new thread or task, of the context in which it is started.
    private static string Probe()
    {
        string seen = $"{s_local.Value} {Activity.Current?.OperationName} {CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator} "
            + $"{CultureInfo.CurrentUICulture.NumberFormat.NumberDecimalSeparator} {SynchronizationContext.Current is null} {ExecutionContext.IsFlowSuppressed()}";
        s_local.Value = "changed inside";
        using var inside = new Activity("inside");
        inside.Start();
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        return seen;
    }

    private static string ProbeTask()
    {
        Task<string> task = Task.Run(Probe);
        SpinWait.SpinUntil(() => task.IsCompleted); // Result would run it right here, where the context of the caller is still current
        return task.Result;
    }

    [Fact]
    public void It_flows_exactly_as_into_new_threads_and_tasks()
    {
        var context = new SynchronizationContext();
        SynchronizationContext? before = SynchronizationContext.Current;
        CultureInfo cultureBefore = CultureInfo.CurrentCulture;
        using var activity = new Activity("outside");
        try
        {
            SynchronizationContext.SetSynchronizationContext(context);
            activity.Start();
            s_local.Value = "outside";
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NumberDecimalSeparator = "|";
            CultureInfo.CurrentCulture = culture;
            string ofThread = "";
            var thread = new Thread(() => ofThread = Probe());
            thread.Start();
            thread.Join();
            Assert.StartsWith("outside outside |", ofThread);
            Assert.Equal(ofThread, ProbeTask());
            Assert.Equal(ofThread, GreenThread.Run(Probe));
            Assert.Equal(ofThread, GreenThread.Run(() =>
            {
                GreenThread.Sleep(1);
                return Probe();
            }));
            Assert.Equal(ofThread, GreenThread.Run(ProbeTask)); // and on from a green thread
            Assert.Equal("outside", s_local.Value);
            Assert.Same(activity, Activity.Current);
            Assert.Same(culture, CultureInfo.CurrentCulture);
            Assert.Same(context, SynchronizationContext.Current);
        }
        finally
        {
            s_local.Value = null;
            CultureInfo.CurrentCulture = cultureBefore;
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Fact]
    public void An_activity_stays_current_across_waits_and_is_that_of_its_own_thread()
    {
        using var scheduler = new Scheduler(2, 16, null);
        GreenThread[] threads = [.. Enumerable.Range(0, 50).Select(i => scheduler.Start(() =>
        {
            using Activity activity = new Activity($"request {i}").Start();
            for (int round = 0; round < 10; round++)
            {
                GreenThread.Yield();
                Assert.Same(activity, Activity.Current);
                GreenThread.Run(() => Assert.Equal(activity.Id, new Activity("child").Start().ParentId));
            }
        }))];
        foreach (GreenThread thread in threads) thread.Join();
    }

    [Fact]
    public void What_belongs_to_the_OS_thread_stays_with_the_carrier()
    {
        using var scheduler = new Scheduler(1, 16, null);
        using var local = new ThreadLocal<int>(trackAllValues: false);
        Thread? first = null;
        scheduler.Start(() =>
        {
            first = Thread.CurrentThread;
            Assert.True(first.IsBackground);
            Assert.False(first.IsThreadPoolThread);
            Assert.Null(SynchronizationContext.Current);
            local.Value = 7;
        }).Join();
        // another green thread on the same carrier
        scheduler.Start(() =>
        {
            Assert.Same(first, Thread.CurrentThread);
            Assert.Equal(7, local.Value);
        }).Join();
    }
}
