using GreenThreads.Shape.Tests.Harness;
using GreenThreads.Shape.Tests.Types;
using Moq;
using Moq.Protected;

namespace GreenThreads.Shape.Tests.Cases;

/// <summary>Moq, which overrides every virtual member of a class and implements interfaces.</summary>
public static class MoqCases
{
    [ShapeCase(Waits.Pin)]
    public static string A_class_is_mocked_and_its_own_members_are_called_through_the_mock()
    {
        var report = new Report();
        var mock = new Mock<Store>("mocked") { CallBase = true };
        mock.Setup(s => s.Count("x")).Returns(41);
        mock.Setup(s => s.Read()).Returns(() => Slow.Id("by callback"));
        Store store = mock.Object;
        store["a"] = 4;
        report.Add(store["a"]);
        report.Add(store.Count("x"));
        report.Add(store.Count("a"));
        report.Add(store.Read());
        report.Add(store.TryGet("a", out int value));
        report.Add(value);
        int total = 1;
        store.Add(ref total, 5);
        report.Add(total);
        report.Add(store.Convert("a", n => Slow.Id($"<{n}>")));
        store.Name = "renamed";
        report.Add(store.Name);
        mock.Verify(s => s.Count(It.IsAny<string>()), Times.Exactly(2));
        mock.VerifySet(s => s.Name = "renamed", Times.Once());
        report.AddAll(mock.Invocations.Select(i => $"{i.Method} {string.Join(", ", i.Arguments)}"));
        return report.ToString();
    }

    [ShapeCase(Waits.SuspendAndPin)]
    public static string A_member_that_is_not_virtual_suspends_and_what_it_calls_pins()
    {
        var mock = new Mock<Store>("mocked") { CallBase = true };
        mock.Object["a"] = 7;
        return mock.Object.Summary();
    }

    [ShapeCase(Waits.Pin)]
    public static string Protected_members_are_set_up_by_their_names()
    {
        var report = new Report();
        var mock = new Mock<Store>("mocked") { CallBase = true };
        mock.Protected().Setup<IEnumerable<string>>("Filter", ItExpr.IsAny<string>()).Returns((string prefix) => [prefix, Slow.Id("b")]);
        mock.Protected().Setup("Dispose", ItExpr.IsAny<bool>()).Callback((bool disposing) => report.Add($"disposed {Slow.Id(disposing)}"));
        report.Add(mock.Object.Count("any"));
        mock.Object.Dispose();
        mock.Protected().Verify("Dispose", Times.Once(), ItExpr.Is<bool>(b => b));
        return report.ToString();
    }

    [ShapeCase(Waits.Pin)]
    public static string An_interface_is_mocked()
    {
        var report = new Report();
        var mock = new Mock<IStore>(MockBehavior.Strict);
        mock.SetupProperty(s => s.Name, "strict");
        mock.Setup(s => s[It.IsAny<string>()]).Returns((string key) => Slow.Id(key.Length));
        mock.Setup(s => s.Count(It.IsRegex("^a"))).Throws(new InvalidOperationException("no"));
        int given = 12;
        mock.Setup(s => s.TryGet("k", out given)).Returns(true);
        mock.Setup(s => s.Convert(It.IsAny<string>(), It.IsAny<Func<int, It.IsAnyType>>())).Returns(new InvocationFunc(i => Slow.Id("converted " + i.Method)));
        mock.Setup(s => s.Describe()).CallBase();
        IStore store = mock.Object;
        store.Changed += (_, e) => report.Add("changed " + Slow.Id(e.Name));
        mock.Raise(s => s.Changed += null, store, new ChangedEventArgs("raised"));
        report.Add(store["four"]);
        report.Try(() => store.Count("abc"));
        report.Try(() => store.Count("bc"));
        report.Add(store.TryGet("k", out int value));
        report.Add(value);
        report.Try(() => store.Convert("k", n => n.ToString()));
        report.Try(() => store.Describe());
        return report.ToString();
    }

    [ShapeCase(Waits.SuspendAndPin)]
    public static string A_woven_class_takes_a_mock_for_its_dependency()
    {
        var report = new Report();
        var mock = new Mock<IReader<string>>();
        mock.SetupSequence(r => r.Read()).Returns("one").Returns(() => Slow.Id("two")).Throws<TimeoutException>();
        IReader<object> reader = mock.Object;
        for (int i = 0; i < 3; i++) report.Try(() => Slow.Id(reader.Read()));
        return report.ToString();
    }
}
