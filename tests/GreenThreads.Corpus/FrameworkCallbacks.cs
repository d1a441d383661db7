using System.Collections.Concurrent;
using System.Collections.ObjectModel;

namespace GreenThreads.Corpus;

/// <summary>Collections, queries, comparers and streams of the framework that call back: their frames are not woven.</summary>
[MayPin("a frame that is not woven lies between")]
public static class FrameworkCallbacks
{
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
}
