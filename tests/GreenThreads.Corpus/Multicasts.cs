using System.ComponentModel;

namespace GreenThreads.Corpus;

/// <summary>Delegates with several targets, as events have them.</summary>
public static class Multicasts
{
    private delegate void Told(string what, ref int total);

    public delegate void Heard(string what, int times);

    private sealed class Publisher(Trace t) : INotifyPropertyChanged
    {
        public event Action? Plain;
        public event EventHandler<int>? Counted;
        public event Heard? Spoken;
        public event PropertyChangedEventHandler? PropertyChanged;

        public string Name
        {
            get => W.Id(field);
            set
            {
                field = W.Id(value);
                PropertyChanged?.Invoke(this, new PropertyChangedEventArgs(nameof(Name)));
            }
        } = "";

        public void RaisePlain() => Plain?.Invoke();

        public void RaiseCounted(int n)
        {
            try
            {
                Counted?.Invoke(this, W.Id(n));
            }
            finally
            {
                t.Log("raised");
            }
        }

        public int RaiseSpoken(string what)
        {
            int sum = W.Id(1);
            for (int i = 0; i < 2; i++)
            {
                Spoken?.Invoke(what, i);
                sum += i;
            }
            return sum;
        }
    }

    public static void EachTargetIsCalledInItsTurn(Trace t)
    {
        var publisher = new Publisher(t);
        for (int i = 0; i < 3; i++)
        {
            int id = i;
            publisher.Plain += () => t.Add("plain", W.Id(id));
            publisher.Counted += (_, n) => t.Add("counted " + id, W.Id(n));
            publisher.Spoken += (what, times) => t.Add(what + id, W.Id(times));
            publisher.PropertyChanged += (sender, e) => t.Add(e.PropertyName!, ((Publisher)sender!).Name);
        }
        publisher.RaisePlain();
        publisher.RaiseCounted(5);
        t.Add(publisher.RaiseSpoken("said "));
        publisher.Name = "new";
    }

    public static void OneThatThrowsKeepsTheRestFromBeingCalled(Trace t)
    {
        var publisher = new Publisher(t);
        publisher.Counted += (_, n) => t.Add(W.Id(n));
        publisher.Counted += (_, n) => W.Fail("second");
        publisher.Counted += (_, n) => t.Add("never", W.Id(n));
        try
        {
            publisher.RaiseCounted(1);
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void TargetsThatLeaveAndComeMeanwhileAreThoseOfTheNextTime(Trace t)
    {
        var publisher = new Publisher(t);
        void Late() => t.Log("late");
        void First()
        {
            t.Log("first");
            W.Wait();
            publisher.Plain -= First;
            publisher.Plain += Late;
        }
        publisher.Plain += First;
        publisher.Plain += () => t.Add(W.Id("second"));
        publisher.RaisePlain();
        publisher.RaisePlain();
    }

    public static void TheLastResultCounts(Trace t)
    {
        Func<int, string> all = n => "a" + W.Id(n);
        all += n =>
        {
            t.Add(n);
            return W.Id("b") + n;
        };
        all += Text;
        t.Add(all(W.Id(7)));
        string kept = W.Id("kept ") + all(8);
        t.Add(kept);
        Func<int, string>? less = all - Text;
        t.Add(less!(9));

        static string Text(int n) => W.Id("text") + n;
    }

    public static void SeveralInsideSeveral(Trace t)
    {
        Action inner = () => t.Add(W.Id("i1"));
        inner += () => t.Add(W.Id("i2"));
        Action outer = inner;
        outer += () =>
        {
            t.Log("between");
            inner();
        };
        outer();
    }

    public static void OfGenericTypes(Trace t)
    {
        t.Add(Both<string>(s => W.Id(s).Length, s => -s.Length, "four"));
        t.Add(Both<(int A, int B)>(p => W.Id(p.A), p => W.Id(p.B), (3, 4)));

        static int Both<T>(Func<T, int> first, Func<T, int> second, T value) => (first + second)(W.Id(value));
    }

    public static void InACatchBlock(Trace t)
    {
        Action<string> log = s => t.Log("one " + W.Id(s));
        log += s => t.Log("two " + W.Id(s));
        try
        {
            W.Fail("failed");
        }
        catch (CorpusException e)
        {
            log(e.Message);
        }
        finally
        {
            log("finally");
        }
    }

    [MayPin("a delegate with a reference parameter and several targets")]
    public static void WithAReference(Trace t)
    {
        Told told = (string what, ref int total) => total += W.Id(what.Length);
        told += (string what, ref int total) => total *= W.Id(10);
        int sum = 1;
        told("abc", ref sum);
        t.Add(sum);
    }
}
