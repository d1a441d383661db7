using System.Globalization;
using System.Reactive.Linq;
using System.Reactive.Subjects;
using System.Text;
using GreenThreads.Libraries.Tests.Harness;

namespace GreenThreads.Libraries.Tests.Cases;

/// <summary>System.Reactive: observers and operators that wait.</summary>
public static class ReactiveCases
{
    [LibraryCase]
    public static string Chains_of_operators_push_to_observers_that_wait()
    {
        var text = new StringBuilder();
        using (Observable.Range(1, 10).Select(x => Waits.Then(x * x)).Where(x => Waits.Then(x) % 2 == 0).Scan((a, b) => Waits.Then(a + b))
            .Finally(() => text.Append("finally ")).Subscribe(x => text.Append(CultureInfo.InvariantCulture, $"{Waits.Then(x)} "), () => text.Append(Waits.Then("done "))))
        {
            text.Append("subscribed ");
        }
        var subject = new Subject<int>();
        using (subject.Buffer(3).Subscribe(all => text.Append(CultureInfo.InvariantCulture, $"[{string.Join("+", all.Select(Waits.Then))}]")))
        {
            for (int i = 0; i < 7; i++) subject.OnNext(Waits.Then(i));
        }
        return text.Append(CultureInfo.InvariantCulture, $" {Observable.Range(0, 5).Select(Waits.Then).ToEnumerable().Sum()}").ToString();
    }

    [LibraryCase]
    public static string Failures_reach_the_observer_and_are_tried_again()
    {
        var text = new StringBuilder();
        Observable.Create<int>(observer =>
        {
            observer.OnNext(Waits.Then(1));
            observer.OnError(new InvalidOperationException("rx"));
            return () => { };
        }).Retry(3).Catch((InvalidOperationException e) => Observable.Return(Waits.Then(e.Message.Length)))
            .Subscribe(x => text.Append(CultureInfo.InvariantCulture, $"{Waits.Then(x)} "), e => text.Append(e.Message), () => text.Append("done"));
        return text.ToString();
    }
}
