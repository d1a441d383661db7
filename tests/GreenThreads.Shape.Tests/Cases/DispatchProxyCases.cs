using System.Reflection;
using GreenThreads.Shape.Tests.Harness;
using GreenThreads.Shape.Tests.Types;

namespace GreenThreads.Shape.Tests.Cases;

/// <summary>Logs each call, waits, and passes it on.</summary>
public class LoggingProxy : DispatchProxy
{
    private object _target = null!;
    private Report _report = null!;

    public static T Over<T>(T target, Report report)
        where T : class
    {
        T proxy = Create<T, LoggingProxy>();
        var own = (LoggingProxy)(object)proxy;
        (own._target, own._report) = (target, report);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _report.Add($"{Slow.Id(targetMethod)} with {string.Join(", ", args ?? [])}");
        try
        {
            return targetMethod!.Invoke(_target, args);
        }
        catch (TargetInvocationException e)
        {
            throw e.InnerException!;
        }
    }
}

/// <summary>System.Reflection.DispatchProxy, which implements every member of an interface.</summary>
public static class DispatchProxyCases
{
    [ShapeCase(Waits.SuspendAndPin)]
    public static string Calls_go_through_the_proxy()
    {
        var report = new Report();
        IStore store = LoggingProxy.Over<IStore>(new Store("behind a proxy"), report);
        store["a"] = 2;
        report.Add(store["a"]);
        report.Add(store.Count("a"));
        report.Add(store.TryGet("a", out int value));
        report.Add(value);
        int total = 3;
        store.Add(ref total, 4);
        report.Add(total);
        report.Add(store.Convert("a", n => Slow.Id(n * 2)));
        report.Add(store.Describe());
        store.Changed += (_, e) => report.Add(e.Name);
        store["b"] = Slow.Id(5);
        report.Try(() => store.Convert<int>("a", _ => throw new InvalidOperationException("thrown behind the proxy")));
        return report.ToString();
    }
}
