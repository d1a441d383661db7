using GreenThreads.Shape.Tests.Harness;
using GreenThreads.Shape.Tests.Types;
using NSubstitute;
using NSubstitute.ExceptionExtensions;
using NSubstitute.Extensions;

namespace GreenThreads.Shape.Tests.Cases;

/// <summary>NSubstitute, which keeps the last call of the thread in a place of its own.</summary>
public static class NSubstituteCases
{
    [ShapeCase(Waits.SuspendAndPin)]
    public static string An_interface_is_substituted()
    {
        var report = new Report();
        IStore store = Substitute.For<IStore>();
        store.Name.Returns(_ => Slow.Id("substituted"));
        store["a"].Returns(1, 2, 3);
        store.Count(Arg.Is<string>(p => p.Length > 2)).Returns(call => Slow.Id(call.Arg<string>().Length));
        store.TryGet("k", out Arg.Any<int>()).Returns(call =>
        {
            call[1] = Slow.Id(9);
            return true;
        });
        store.Count("x").Throws(new InvalidOperationException("no"));
        store.When(s => s["b"] = Arg.Any<int>()).Do(call => report.Add("set " + Slow.Id(call.ArgAt<int>(1))));
        report.Add(store.Name);
        report.Add(store["a"] + store["a"] + Slow.Id(store["a"]));
        report.Add(store.Count("abc"));
        report.Try(() => store.Count("x"));
        report.Add(store.TryGet("k", out int value));
        report.Add(value);
        store["b"] = Slow.Id(17);
        store.Received(2).Count(Arg.Any<string>());
        store.DidNotReceive().Count("never");
        report.AddAll(store.ReceivedCalls().Select(c => c.GetMethodInfo()));
        return report.ToString();
    }

    [ShapeCase(Waits.Pin)]
    public static string A_class_is_substituted_in_parts()
    {
        var report = new Report();
        Store store = Substitute.ForPartsOf<Store>("in parts");
        store.Configure().Count("x").Returns(5);
        store["a"] = 3;
        report.Add(store["a"]);
        report.Add(store.Count("x") + store.Count(""));
        report.Add(store.Name);
        report.Add(store.Read());
        store.Received().Read();
        return report.ToString();
    }
}
