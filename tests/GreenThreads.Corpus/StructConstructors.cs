namespace GreenThreads.Corpus;

/// <summary>Constructors of structs that wait: what they construct is not on the heap yet.</summary>
public static class StructConstructors
{
    private struct Point
    {
        public int X, Y;
        public string Name = "point";

        public Point(int x, int y)
        {
            X = W.Id(x);
            W.Wait();
            Y = W.Id(y);
        }

        public Point(int both) : this(both, W.Id(both)) => Name = W.Id("both");

        public override readonly string ToString() => $"{Name} {X},{Y}";
    }

    private readonly record struct Entry<T>(T Value)
    {
        public string Text { get; } = W.Id(Value?.ToString() ?? "null");
    }

    private struct Failing
    {
        public int Before;

        public Failing(int n)
        {
            Before = n;
            W.Fail("in constructor");
        }
    }

    private struct WithReferences
    {
        public int Sum;

        public WithReferences(ref int counter, ReadOnlySpan<int> values, in long factor)
        {
            foreach (int value in values)
            {
                Sum += W.Id(value) * (int)factor;
                counter++;
            }
        }
    }

    public static void AsExpressions(Trace t)
    {
        t.Add(new Point(1, 2).ToString());
        t.Add(new Point(3).ToString() + new Point(4, W.Id(5)));
        Point[] points = [new(1), new(W.Id(2), 3), new Point(6) with { Y = W.Id(7) }];
        foreach (Point point in points) t.Add(point.ToString());
        object boxed = new Point(8);
        t.Add(boxed.ToString());
        t.Add(Describe(1, new Point(9), new Point(W.Id(10), 11), "end"));
    }

    private static string Describe(int n, Point a, in Point b, string end) => n + a.ToString() + b + end;

    public static void InLoopsAndFields(Trace t)
    {
        Point last = default;
        for (int i = 0; i < 3; i++)
        {
            last = new Point(i + last.X);
            t.Add(last.ToString());
        }
        var holder = new Holder { Point = new Point(W.Id(1), last.X) };
        holder.Point = new Point(holder.Point.X + 1, holder.Point.Y);
        t.Add(holder.Point.ToString());
        (Point A, Point B) pair = (new Point(1), new Point(2));
        t.Add(pair.A.X + pair.B.Y);
    }

    private sealed class Holder
    {
        public Point Point;
    }

    public static void Generic(Trace t)
    {
        t.Add(new Entry<int>(5).Text + new Entry<string>("s") + new Entry<List<int>>([1]).Value.Count);
        t.Add(new Entry<int>(6) == new Entry<int>(W.Id(6)));
        t.Add(Make("m").Text);
        t.Add((new Entry<long>(1) with { Value = W.Id(2L) }).Text);
    }

    private static Entry<T> Make<T>(T value) => new(W.Id(value));

    public static void ThatFail(Trace t)
    {
        var failing = new Failing { Before = 1 };
        try
        {
            failing = new Failing(W.Id(5));
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        t.Add(failing.Before);
    }

    public static void WithReferenceParameters(Trace t)
    {
        int counter = 0;
        var made = new WithReferences(ref counter, [1, 2, W.Id(3)], 2);
        t.Add(made.Sum + counter);
        int[] values = [5, 6];
        t.Add(new WithReferences(ref values[0], values.AsSpan(1), W.Id(3L)).Sum + values[0]);
    }

    public static void InHandlers(Trace t)
    {
        try
        {
            throw new CorpusException(new Point(W.Id(1)).ToString());
        }
        catch (CorpusException e)
        {
            t.Add(new Point(2).ToString() + e.Message);
        }
        finally
        {
            t.Add(new Point(3).ToString());
        }
    }
}
