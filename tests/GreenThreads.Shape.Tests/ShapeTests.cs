using System.Reflection;
using GreenThreads.Diagnostics;
using GreenThreads.Shape.Tests.Harness;

namespace GreenThreads.Shape.Tests;

/// <summary>
/// Each case gives on a green thread, woven, what the same source gives not woven on an OS thread; and its waits suspend, or pin
/// where a proxy or a framework stands between.
/// </summary>
public class ShapeTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(50);

    public static TheoryData<string> Cases() => [.. Find().Select(m => $"{m.DeclaringType!.Name}.{m.Name}")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Woven_types_are_used_as_before(string name)
    {
        MethodInfo method = Find().Single(m => $"{m.DeclaringType!.Name}.{m.Name}" == name);
        Func<string> work = method.CreateDelegate<Func<string>>();
        Assert.Equal(UnwovenRun.IsThisProcess, !UnwovenRun.IsWoven);
        if (UnwovenRun.IsThisProcess)
        {
            UnwovenRun.Record(name, work());
            return;
        }
        string expected = UnwovenRun.ResultOf(name);
        Assert.True(expected.Length > 10, "The case says too little.");
        GreenThreadCounters before = GreenThreadDiagnostics.Counters;
        GreenThread<string> thread = GreenThread.Start(work);
        if (!thread.Join(s_bound))
        {
            var dump = new StringWriter();
            GreenThreadDiagnostics.Dump(dump);
            Assert.Fail($"{name} hangs.\n{dump}");
        }
        Assert.Equal(expected, thread.Result);
        GreenThreadCounters after = GreenThreadDiagnostics.Counters;
        long suspensions = after.Suspensions - before.Suspensions, pinned = after.PinnedWaits - before.PinnedWaits;
        Waits waits = method.GetCustomAttribute<ShapeCaseAttribute>()!.Waits;
        Assert.True(suspensions > 0 == waits is Waits.Suspend or Waits.SuspendAndPin, $"{suspensions} waits suspended.");
        Assert.True(pinned > 0 == waits is Waits.Pin or Waits.SuspendAndPin, $"{pinned} waits pinned.");
    }

    private static IEnumerable<MethodInfo> Find() =>
        from type in typeof(ShapeTests).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static)
        where method.IsDefined(typeof(ShapeCaseAttribute))
        orderby type.Name, method.Name
        select method;
}
