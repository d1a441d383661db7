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
}
