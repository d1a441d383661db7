namespace GreenThreads.Corpus;

/// <summary>The same call over and over, with other receivers, targets and types: what is known of one must not be taken for another.</summary>
public static class RepeatedCalls
{
    private const int Turns = 4;

    private abstract class Node(int number)
    {
        protected int Number { get; } = number;

        public abstract int Visit(int depth);

        public virtual string Text() => "node " + W.Id(Number);

        protected virtual int Weight() => W.Id(Number);

        public int Sum(Node other) => Weight() + other.Weight();
    }

    private sealed class Leaf(int number) : Node(number)
    {
        public override int Visit(int depth) => W.Id(depth + Number);
    }

    private sealed class Pair(int number, Node left, Node right) : Node(number)
    {
        public override int Visit(int depth)
        {
            int sum = left.Visit(depth + 1);
            W.Wait();
            return sum + right.Visit(depth + 1) * Number;
        }

        public override string Text() => "pair " + base.Text();

        protected override int Weight() => base.Weight() * 10;
    }

    // Does not wait: it is called through the slot all the same.
    private sealed class Constant(int number) : Node(number)
    {
        public override int Visit(int depth) => Number;

        public override string Text() => "constant";
    }

    public static void ManyClassesAtOneCall(Trace t)
    {
        Node[] nodes = [new Leaf(1), new Pair(2, new Leaf(3), new Constant(4)), new Constant(5), new Pair(6, new Constant(7), new Leaf(8))];
        for (int i = 0; i < Turns; i++)
        {
            foreach (Node node in nodes) t.Add($"{node.Visit(i)} {node.Text()} {node.Sum(nodes[i])}");
        }
    }

    private interface IReader
    {
        int Read(ref int position, out string text);

        ref int Cell(int index);

        (long A, long B, string C) Large(int n);
    }

    private sealed class Reader(int[] cells) : IReader
    {
        public int Read(ref int position, out string text)
        {
            position++;
            W.Wait();
            text = "at " + position;
            W.Wait();
            return cells[position++ % cells.Length];
        }

        public ref int Cell(int index)
        {
            W.Wait();
            return ref cells[index];
        }

        public (long A, long B, string C) Large(int n)
        {
            (long A, long B, string C) made = (n, n * 2, "n" + n);
            W.Wait();
            return made;
        }
    }

    private struct BoxedReader : IReader
    {
        private int _reads;

        public int Read(ref int position, out string text)
        {
            _reads++;
            W.Wait();
            position += _reads;
            text = "boxed " + _reads;
            return _reads;
        }

        public readonly ref int Cell(int index)
        {
            W.Wait();
            return ref s_cells[index];
        }

        public readonly (long A, long B, string C) Large(int n) => W.Id((-1L, -2L, "boxed"));
    }

    private static readonly int[] s_cells = new int[4];

    public static void References(Trace t)
    {
        IReader[] readers = [new Reader([10, 20, 30]), new BoxedReader(), new Reader([40])];
        int position = 0;
        for (int i = 0; i < Turns; i++)
        {
            foreach (IReader reader in readers)
            {
                t.Add($"{reader.Read(ref position, out string text)} {text} {position}");
                reader.Cell(0) += i;
                t.Add(reader.Cell(0));
                t.Add(reader.Large(i).ToString());
            }
        }
        Array.Clear(s_cells);
    }

    private delegate int Change(ref int value, int by);

    private delegate (long A, long B, string C) Make(int n);

    private sealed class Counter(int step)
    {
        private int _calls;

        public int Add(ref int value, int by)
        {
            W.Wait();
            value += by * step;
            W.Wait();
            return ++_calls;
        }

        public int Count(int n)
        {
            W.Wait();
            return n * step + _calls++;
        }

        public (long A, long B, string C) Large(int n) => W.Id((n, (long)step, "large"));
    }

    private static int OpenCount(int n) => W.Id(n) - 1;

    private static int ClosedCount(this string text, int n) => W.Id(n) + text.Length;

    public static void DelegatesOfManyKinds(Trace t)
    {
        int captured = 5;
        Func<int, int>[] all =
        [
            new Counter(1).Count, new Counter(2).Count, OpenCount, n => W.Id(n) + captured, static n => W.Id(n) * 3, "closed".ClosedCount,
            new Counter(3).Count,
        ];
        var objects = new Func<Counter, int, int>((counter, n) => counter.Count(n));
        var opened = (Func<Counter, int, int>)Delegate.CreateDelegate(typeof(Func<Counter, int, int>), typeof(Counter).GetMethod(nameof(Counter.Count))!);
        for (int i = 0; i < Turns; i++)
        {
            foreach (Func<int, int> each in all) t.Add(each(i));
            t.Add(objects(new Counter(4), i) + opened(new Counter(5), i));
            captured++;
        }
    }

    public static void DelegatesWithReferences(Trace t)
    {
        Change[] all = [new Counter(1).Add, new Counter(-2).Add];
        Make make = new Counter(7).Large;
        int value = 100;
        for (int i = 0; i < Turns; i++)
        {
            foreach (Change change in all) t.Add($"{change(ref value, i)} {value}");
            t.Add(make(i).ToString());
        }
    }

    internal delegate void Note(string text);

    public static void OneTargetAndSeveral(Trace t)
    {
        var texts = new List<string>();
        Note one = s =>
        {
            W.Wait();
            texts.Add("one " + s);
        };
        Note two = s =>
        {
            texts.Add("two " + s);
            W.Wait();
        };
        Func<int> first = () => W.Id(1), second = () => W.Id(2);
        for (int i = 0; i < Turns; i++)
        {
            Note note = (i % 2 == 0 ? one : one + two)!;
            Func<int> number = (i % 2 == 0 ? first : first + second)!;
            note(i.ToString());
            t.Add(number());
        }
        t.Add(string.Join(", ", texts));
    }

    private abstract class Cell<T>
    {
        public abstract T Next(T value);
    }

    private sealed class Numbers : Cell<int>
    {
        public override int Next(int value) => W.Id(value) + 1;
    }

    private sealed class Texts : Cell<string>
    {
        public override string Next(string value) => W.Id(value) + "+";
    }

    private sealed class Same<T> : Cell<T>
    {
        public override T Next(T value)
        {
            W.Wait();
            return value;
        }
    }

    private static T Through<T>(Cell<T> cell, T value) => cell.Next(cell.Next(value));

    public static void GenericClasses(Trace t)
    {
        for (int i = 0; i < Turns; i++)
        {
            t.Add(Through(new Numbers(), i) + Through(new Same<int>(), i) + Through(new Same<long>(), i));
            t.Add(Through(new Texts(), "a") + Through(new Same<string>(), "b") + Through(new Same<object>(), "c"));
            t.Add(new Numbers().Next(i) + new Texts().Next("d"));
        }
    }

    private static Func<object, string> Casting<T>(string name) where T : class => value =>
    {
        W.Wait();
        return $"{name} {typeof(T).Name} {W.Id(value as T)} {new List<T> { (T)value }.Count}";
    };

    private sealed class Holder<T>(T value)
    {
        public string Show(int times) => $"{typeof(T).Name} {W.Id(value)} {W.Id(times)}";
    }

    // Instantiations over reference types share the code, and the entry point, of what such a delegate calls.
    public static void ClosuresOfGenericCode(Trace t)
    {
        for (int i = 0; i < Turns; i++)
        {
            t.Add(Casting<string>("a")("text"));
            t.Add(Casting<Version>("b")(new Version(1, i)));
            t.Add(Casting<Uri>("c")(new Uri("http://host/")));
            Func<int, string>[] shows = [new Holder<string>("text").Show, new Holder<Version>(new Version(2, i)).Show, new Holder<int>(i).Show];
            foreach (Func<int, string> show in shows) t.Add(show(i));
        }
    }

    private sealed class Failing(int at) : Node(at)
    {
        public override int Visit(int depth)
        {
            W.Wait();
            if (depth == Number) throw new InvalidOperationException("at " + depth);
            return depth;
        }
    }

    public static void Failures(Trace t)
    {
        Node[] nodes = [new Failing(1), new Leaf(1), new Failing(3), null!];
        for (int i = 0; i < Turns; i++)
        {
            foreach (Node node in nodes)
            {
                try
                {
                    t.Add(node.Visit(Logged(t, i)));
                }
                catch (InvalidOperationException exception)
                {
                    W.Wait();
                    t.Caught(exception);
                }
                catch (NullReferenceException)
                {
                    t.Log("null");
                }
            }
        }
        Func<int, int> none = null!;
        try
        {
            t.Add(none(Logged(t, 7)));
        }
        catch (NullReferenceException)
        {
            t.Log("no delegate");
        }
    }

    private static int Logged(Trace t, int n)
    {
        t.Log("argument " + n);
        return W.Id(n);
    }

    private interface IStep
    {
        int Down(int depth, Func<int, int> last);

        int Twice(int n) => Down(n, W.Id) + Down(n, static m => W.Id(m) + 1);
    }

    private sealed class Step(IStep? other) : IStep
    {
        public int Down(int depth, Func<int, int> last) => depth == 0 ? last(1) : 1 + (other ?? this).Down(depth - 1, last);
    }

    public static void DeepThroughSlots(Trace t)
    {
        IStep step = new Step(new Step(null));
        t.Add(step.Down(2000, W.Id));
        t.Add(step.Twice(100));
        t.Add(step.Twice(50));
    }
}
