using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Reflection;

namespace GreenThreads.Corpus;

/// <summary>Frames that are not woven between woven ones: they must never be unwound.</summary>
[MayPin("a frame that is not woven lies between")]
public static class HandshakeTraps
{
    private sealed class Echo(string name, Trace t) : IGreeter
    {
        public string Name()
        {
            t.Log("name in");
            W.Wait();
            t.Log("name out");
            return name;
        }
    }

    public static void ForeignDecorator(Trace t)
    {
        IGreeter greeter = new ForeignGreeter(new Echo("x", t), t);
        t.Add(greeter.Name());
        t.Add(greeter.Greet());
    }

    public static void ForeignDecoratorsAndWovenOnes(Trace t)
    {
        IGreeter greeter = new Echo("y", t);
        for (int i = 0; i < 2; i++) greeter = new WovenGreeter(new ForeignGreeter(new WovenGreeter(greeter, t), t), t);
        t.Add(greeter.Greet());
    }

    private class Template(Trace trace) : ForeignTemplate(trace)
    {
        protected override int Step(int value)
        {
            W.Wait();
            Trace.Log("step");
            return W.Id(value * 2);
        }
    }

    private sealed class OverridesRun(Trace trace) : Template(trace)
    {
        public override int Run(int value) => base.Run(W.Id(value)) + base.Run(W.Id(value + 1));

        public override int Down(int depth)
        {
            Trace.Log("woven down " + depth);
            W.Wait();
            return base.Down(depth) + W.Id(0);
        }
    }

    public static void ForeignBaseClass(Trace t)
    {
        ForeignTemplate template = new Template(t);
        t.Add(template.Run(5));
        template = new OverridesRun(t);
        t.Add(template.Run(5));
    }

    public static void ForeignRecursionThroughTheSameSlot(Trace t)
    {
        ForeignTemplate template = new OverridesRun(t);
        t.Add(template.Down(3));
    }

    public static void SameReceiverCalledBack(Trace t)
    {
        var target = new Echoing(t);
        Func<object, string> callback = target.Answer;
        t.Add(callback(target));
        Func<Func<object, string>, Trace, string> reenter = target.Reenter;
        t.Add(reenter(target.Answer, t));
    }

    private sealed class Echoing(Trace t)
    {
        public string Answer(object who)
        {
            t.Log("answer in");
            W.Wait();
            t.Log("answer out");
            return ReferenceEquals(who, this) ? "me" : "other";
        }
    }

    public static void ListForEachOnTheSameTarget(Trace t)
    {
        var adder = new Adder(t);
        Action<int> outer = adder.Each;
        outer(10);
        t.Add(adder.Sum);
    }

    private sealed class Adder(Trace t)
    {
        public int Sum;

        public void Each(int value)
        {
            t.Log("each " + value);
            W.Wait();
            if (value == 10) new List<int> { 1, 2, 3 }.ForEach(Each);
            W.Wait();
            Sum += value;
        }
    }

    public static void Multicast(Trace t)
    {
        Action<int>? all = null;
        for (int i = 0; i < 3; i++)
        {
            int n = i;
            all += value =>
            {
                t.Log($"in {n} {value}");
                W.Wait();
                t.Log($"out {n} {value}");
            };
        }
        all!(7);
        all -= all;
        t.Add(all is null);
    }

    public static void MulticastWithResult(Trace t)
    {
        var adder = new Echoing(t);
        Func<object, string> twice = adder.Answer;
        twice += adder.Answer;
        t.Add(twice(adder));
    }

    public static void MulticastThatThrows(Trace t)
    {
        Action all = () => t.Log("one " + W.Id(1));
        all += () => W.Fail("second");
        all += () => t.Log("never");
        try
        {
            all();
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void StaticMethodGroupCalledByForeignCode(Trace t)
    {
        t.Add(Foreign.Twice(1, Increment));
        t.Add(Foreign.Call(Seven));
    }

    private static int Increment(int n)
    {
        W.Wait();
        return n + 1;
    }

    private static int Seven() => W.Id(7);

    public static void ForeignInsideWovenInsideForeign(Trace t)
    {
        int Outer(int n)
        {
            t.Log("outer " + n);
            return n == 0 ? W.Id(0) : Foreign.Call(() => Outer(n - 1) + W.Id(1));
        }
        t.Add(Outer(4));
    }

    public static void Reflection(Trace t)
    {
        MethodInfo increment = typeof(HandshakeTraps).GetMethod(nameof(Increment), BindingFlags.NonPublic | BindingFlags.Static)!;
        t.Add(increment.Invoke(null, [W.Id(4)]));
        var echo = new Echo("reflected", t);
        t.Add(typeof(IGreeter).GetMethod(nameof(IGreeter.Name))!.Invoke(echo, null));
        MethodInfo fail = typeof(HandshakeTraps).GetMethod(nameof(FailLate), BindingFlags.NonPublic | BindingFlags.Static)!;
        try
        {
            fail.Invoke(null, null);
        }
        catch (TargetInvocationException e)
        {
            t.Caught(e.InnerException!);
        }
        object made = Activator.CreateInstance(typeof(MadeByReflection), t)!;
        t.Add(((MadeByReflection)made).Value);
    }

    private static void FailLate() => W.Fail("late");

    private sealed class MadeByReflection
    {
        public int Value;

        public MadeByReflection(Trace t)
        {
            t.Log("constructing");
            Value = W.Id(3);
        }
    }

    public static void DynamicInvoke(Trace t)
    {
        Func<int, int> increment = Increment;
        t.Add(increment.DynamicInvoke(W.Id(5)));
        Func<int> seven = Delegate.CreateDelegate(typeof(Func<int>), typeof(HandshakeTraps), nameof(Seven)) as Func<int> ?? throw new CorpusException("?");
        t.Add(seven());
    }

    public class Proxy : DispatchProxy
    {
        public object? Target;
        public Trace? Trace;

        protected override object? Invoke(MethodInfo? method, object?[]? arguments)
        {
            Trace!.Log("proxy " + method!.Name);
            W.Wait();
            object? result = method.Invoke(Target, arguments);
            W.Wait();
            return result;
        }
    }

    public static void DispatchProxies(Trace t)
    {
        IGreeter greeter = DispatchProxy.Create<IGreeter, Proxy>();
        ((Proxy)(object)greeter).Target = new Echo("proxied", t);
        ((Proxy)(object)greeter).Trace = t;
        t.Add(greeter.Name());
        t.Add(greeter.Greet());
    }

    public static void ListMethods(Trace t)
    {
        var list = new List<int> { 5, 3, 4, 1, 2 };
        list.ForEach(n => t.Add(W.Id(n)));
        t.Add(list.Find(n => W.Id(n) == 4));
        t.Add(list.ConvertAll(n => W.Id(n) * 2));
        t.Add(list.RemoveAll(n => W.Id(n) > 4));
        list.Sort((a, b) =>
        {
            W.Wait();
            return a.CompareTo(b);
        });
        t.Add(list);
    }

    public static void Linq(Trace t)
    {
        int[] numbers = [5, 1, 4, 2, 3];
        t.Add(numbers.Where(n => W.Id(n) % 2 == 1).Select(n => W.Id(n) * 10).ToList());
        t.Add(numbers.OrderBy(n => W.Id(n)).ThenBy(n => W.Id(-n)));
        t.Add(numbers.Aggregate(0, (sum, n) => sum * 10 + W.Id(n)));
        t.Add(numbers.GroupBy(n => W.Id(n) % 2).Select(g => $"{g.Key}:{g.Sum(x => W.Id(x))}"));
        t.Add(numbers.ToDictionary(n => W.Id(n), n => W.Id("v") + n).Values);
        t.Add(from a in numbers from b in numbers where W.Id(a) + b == 6 select W.Id(a) * b);
    }

    public static void LinqInForeach(Trace t)
    {
        foreach (int n in Enumerable.Range(0, 4).Select(n => W.Id(n) + 1))
        {
            W.Wait();
            t.Add(n);
        }
    }

    public static void WovenIteratorPulledByForeignCode(Trace t)
    {
        IEnumerable<int> Numbers()
        {
            for (int i = 0; i < 4; i++)
            {
                W.Wait();
                yield return i;
            }
        }
        t.Add(Numbers().Sum());
        t.Add(string.Join("/", Numbers()));
        t.Add(new List<int>(Numbers()));
        foreach (int n in Numbers().Where(n => n > 1)) t.Add(W.Id(n));
    }

    public static void LazyValues(Trace t)
    {
        int made = 0;
        var lazy = new Lazy<int>(() =>
        {
            made++;
            return W.Id(42);
        });
        t.Add(lazy.Value);
        t.Add(lazy.Value);
        t.Add(made);
        var failing = new Lazy<int>(() => W.Fail<int>("lazy"));
        for (int i = 0; i < 2; i++)
        {
            try
            {
                t.Add(failing.Value);
            }
            catch (CorpusException e)
            {
                t.Caught(e);
            }
        }
    }

    public static void Dictionaries(Trace t)
    {
        var concurrent = new ConcurrentDictionary<string, int>();
        t.Add(concurrent.GetOrAdd("a", key => W.Id(key.Length)));
        t.Add(concurrent.AddOrUpdate("a", _ => W.Id(0), (_, old) => W.Id(old) + 1));
        var byKey = new Dictionary<Key, string>();
        for (int i = 0; i < 3; i++) byKey[new Key(i)] = "v" + i;
        t.Add(byKey[new Key(1)]);
        t.Add(byKey.ContainsKey(new Key(5)));
        var byComparer = new Dictionary<string, int>(new WaitingComparer()) { ["x"] = 1 };
        t.Add(byComparer["X"]);
    }

    private sealed class Key(int value)
    {
        private readonly int _value = value;

        public override int GetHashCode()
        {
            W.Wait();
            return _value;
        }

        public override bool Equals(object? obj) => obj is Key other && W.Id(other._value) == _value;
    }

    private sealed class WaitingComparer : IEqualityComparer<string>, IComparer<string>
    {
        public bool Equals(string? x, string? y)
        {
            W.Wait();
            return string.Equals(x, y, StringComparison.OrdinalIgnoreCase);
        }

        public int GetHashCode(string obj) => W.Id(obj.Length);

        public int Compare(string? x, string? y)
        {
            W.Wait();
            return string.CompareOrdinal(y, x);
        }
    }

    public static void Comparers(Trace t)
    {
        string[] words = ["b", "a", "d", "c"];
        Array.Sort(words, new WaitingComparer());
        t.Add(words);
        var set = new SortedSet<string>(new WaitingComparer()) { "1", "3", "2" };
        t.Add(set);
    }

    private sealed class TextWithWait(int n) : IFormattable
    {
        public override string ToString() => W.Id("text" + n);

        public string ToString(string? format, IFormatProvider? provider) => W.Id($"{format}{n}");
    }

    public static void Formatting(Trace t)
    {
        t.Add(string.Format("{0} {1:abc}", new TextWithWait(1), new TextWithWait(2)));
        t.Add(string.Concat("<", new TextWithWait(3), ">"));
        t.Add($"{new TextWithWait(4)} and {new TextWithWait(5):z} and {W.Id(6)}");
    }

    private sealed class WaitingStream(Trace t) : Stream
    {
        private int _left = 10;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
            W.Wait();
            t.Log("flush");
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            W.Wait();
            int n = Math.Min(Math.Min(count, 3), _left);
            for (int i = 0; i < n; i++) buffer[offset + i] = (byte)('a' + 10 - _left--);
            return n;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            W.Wait();
            t.Log("write " + count);
        }

        protected override void Dispose(bool disposing)
        {
            W.Wait();
            t.Log("dispose " + disposing);
            base.Dispose(disposing);
        }
    }

    public static void ForeignSlots(Trace t)
    {
        Stream stream = new WaitingStream(t);
        byte[] buffer = new byte[4];
        t.Add(stream.Read(buffer, 0, 4));
        t.Add(stream.ReadByte());
        t.Add(stream.Read(buffer.AsSpan()));
        stream.WriteByte(1);
        using (var reader = new StreamReader(stream)) t.Add(reader.ReadToEnd());
        using (var buffered = new BufferedStream(new WaitingStream(t))) t.Add(buffered.ReadByte());
        using (var buffered = new BufferedStream(new WaitingStream(t))) buffered.Write([1, 2, 3]);
        using (Stream from = new WaitingStream(t))
        using (Stream to = new WaitingStream(t))
        {
            from.CopyTo(to);
        }
    }

    private sealed class Noisy(Trace t) : Collection<int>
    {
        protected override void InsertItem(int index, int item)
        {
            t.Log("insert " + item);
            W.Wait();
            base.InsertItem(index, item);
            W.Wait();
        }

        protected override void ClearItems()
        {
            W.Wait();
            base.ClearItems();
        }
    }

    public static void ForeignNonVirtualCallsOverride(Trace t)
    {
        var noisy = new Noisy(t) { 1, 2 };
        noisy.Insert(0, W.Id(0));
        t.Add(noisy);
        noisy.Clear();
        t.Add(noisy.Count);
    }

    [NotWoven]
    private static int NotWovenMethod(Func<int> callback) => callback() + 1;

    public static void NotWovenMethodInBetween(Trace t) => t.Add(NotWovenMethod(() => NotWovenMethod(() => W.Id(1))));

    public static void ExceptionThroughForeignFrames(Trace t)
    {
        try
        {
            new List<int> { 1, 2 }.ForEach(n =>
            {
                W.Wait();
                if (n == 2) W.Fail("through");
                t.Log("passed " + n);
            });
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        finally
        {
            t.Log("finally");
        }
    }

    public static void ThreadsInside(Trace t)
    {
        int result = 0;
        var thread = new Thread(() => result = W.Id(Fold(5)));
        thread.Start();
        thread.Join();
        t.Add(result);
    }

    private static int Fold(int n) => n == 0 ? W.Id(0) : Fold(n - 1) + n;
}
