using System.Runtime.CompilerServices;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Scopes;

/// <summary>Values that each thread has for itself.</summary>
public class GreenLocalTests
{
    private static readonly GreenLocal<int> s_number = new();
    private static readonly GreenLocal<string?> s_inherited = new(isInherited: true);

    [Fact]
    public void Each_thread_has_its_own_value() => GreenThread.Run(() =>
    {
        s_number.Value = 1;
        using (var scope = new GreenScope())
        {
            for (int i = 2; i < 20; i++)
            {
                int own = i;
                scope.Start(() =>
                {
                    Assert.False(s_number.HasValue);
                    Assert.Equal(0, s_number.Value);
                    s_number.Value = own;
                    for (int n = 0; n < 5; n++)
                    {
                        GreenThread.Yield(); // may go on elsewhere
                        Assert.Equal(own, s_number.Value);
                    }
                });
            }
        }
        Assert.Equal(1, s_number.Value);
    });

    [Fact]
    public void An_OS_thread_has_a_value_too()
    {
        s_number.Value = 5;
        GreenThread.Run(() => Assert.Equal(0, s_number.Value));
        int elsewhere = -1;
        var thread = new Thread(() => elsewhere = s_number.Value);
        thread.Start();
        thread.Join();
        Assert.Equal(0, elsewhere);
        Assert.Equal(5, s_number.Value);
    }

    [Fact]
    public void An_inherited_local_begins_with_the_value_of_the_starter() => GreenThread.Run(() =>
    {
        s_inherited.Value = "parent";
        s_number.Value = 9;
        GreenThread.Run(() =>
        {
            Assert.Equal("parent", s_inherited.Value);
            Assert.False(s_number.HasValue);
            s_inherited.Value = "child";
            GreenThread.Run(() => Assert.Equal("child", s_inherited.Value));
        });
        Assert.Equal("parent", s_inherited.Value);
        using var scope = new GreenScope();
        scope.Start(() => Assert.Equal("parent", s_inherited.Value)).Join();
    });

    [Fact]
    public void The_factory_runs_once_per_thread_and_may_wait() => GreenThread.Run(() =>
    {
        int calls = 0;
        var local = new GreenLocal<int>(() =>
        {
            GreenThread.Sleep(1);
            return ++calls;
        });
        Assert.Equal(1, local.Value);
        Assert.Equal(1, local.Value);
        Assert.Equal(2, GreenThread.Run(() => local.Value));
    });

    [Fact]
    public void Many_locals_in_one_thread_are_kept_apart() => GreenThread.Run(() =>
    {
        GreenLocal<int>[] locals = [.. Enumerable.Range(0, 50).Select(_ => new GreenLocal<int>())];
        for (int i = 0; i < locals.Length; i++) locals[i].Value = i;
        for (int i = 0; i < locals.Length; i++) Assert.Equal(i, locals[i].Value);
    });

    [Fact]
    public void A_value_lives_no_longer_than_its_thread()
    {
        var local = new GreenLocal<object>();
        WeakReference value = Set(local);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                GC.Collect();
                return !value.IsAlive;
            },
            TimeSpan.FromSeconds(20)));
        GC.KeepAlive(local);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Set(GreenLocal<object> local) => GreenThread.Run(() =>
    {
        var value = new object();
        local.Value = value;
        return new WeakReference(value);
    });
}
