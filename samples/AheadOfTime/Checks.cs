using System.Net;
using System.Net.Sockets;
using System.Text;
using GreenThreads;

namespace AheadOfTime;

/// <summary>Waits below each kind of call.</summary>
internal static class Checks
{
    public static (string Name, Action Check)[] All { get; } =
    [
        ("direct call", () => Expect(3, Direct(1) + Direct(2))),
        ("deep calls", () => Expect(100, Deep(100))),
        ("virtual call", Virtual),
        ("interface call", Interface),
        ("interface call of a struct", Struct),
        ("generic method", () => Expect(7, Generic(7))),
        ("generic class", () => Expect("xx", new Box<string>("x").Twice(static s => Waits(s + s)))),
        ("lambda", Lambda),
        ("closure", Closure),
        ("static method as a delegate", StaticMethod),
        ("instance method as a delegate", InstanceMethod),
        ("reference parameter", Reference),
        ("iterator", Iterator),
        ("constructor", () => Expect(5, new Constructed(5).Value)),
        ("exception through a wait", Exception),
        ("finally that waits", Finally),
        ("task", () => Expect(4, Task.Delay(5).ContinueWith(static _ => 4, TaskScheduler.Default).Result)),
        ("sleep", () => Thread.Sleep(2)),
        ("join", () => Expect(9, GreenThread.Start(static () => Waits(9)).Result)),
        ("sockets", Sockets),
    ];

    private static void Expect<T>(T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw new InvalidOperationException($"{actual} instead of {expected}");
    }

    private static T Waits<T>(T value)
    {
        GreenThread.Yield();
        return value;
    }

    private static int Direct(int n)
    {
        GreenThread.Yield();
        return n;
    }

    private static int Deep(int depth) => depth == 0 ? Waits(0) : Deep(depth - 1) + 1;

    private static T Generic<T>(T value) => Waits(value);

    private static void Virtual()
    {
        Shape shape = new Square(3);
        Expect(9, shape.Area());
        Expect("square", shape.Name);
        Expect("Square", shape.ToString());
    }

    private static void Interface()
    {
        ISource source = new Square(4);
        Expect(4, source.Next());
        ISource<string> generic = new Text();
        Expect("text", generic.Next());
    }

    private static void Struct()
    {
        Expect(6, NextOf(new Counter(6)));
    }

    private static int NextOf<T>(T source)
        where T : ISource => source.Next();

    private static void Lambda()
    {
        Func<int, int> twice = static n => Waits(n) * 2;
        Expect(8, twice(4));
    }

    private static void Closure()
    {
        int sum = 0;
        Action<int> add = n => sum += Waits(n);
        add(1);
        add(2);
        Expect(3, sum);
    }

    private static void StaticMethod()
    {
        Func<int, int> direct = Direct;
        Expect(5, direct(5));
    }

    private static void InstanceMethod()
    {
        Func<int> area = new Square(5).Area;
        Expect(25, area());
    }

    private static void Reference()
    {
        int n = 1;
        Increment(ref n);
        Expect(2, n);
    }

    private static void Increment(ref int n)
    {
        GreenThread.Yield();
        n++;
    }

    private static void Iterator()
    {
        int sum = 0;
        foreach (int n in Numbers()) sum += n;
        Expect(3, sum);
    }

    private static IEnumerable<int> Numbers()
    {
        yield return Waits(1);
        yield return Waits(2);
    }

    private static void Exception()
    {
        try
        {
            Throws();
        }
        catch (FormatException exception)
        {
            Expect("after a wait", exception.Message);
            return;
        }
        throw new InvalidOperationException("Nothing was thrown.");
    }

    private static int Throws()
    {
        GreenThread.Yield();
        throw new FormatException("after a wait");
    }

    private static void Finally()
    {
        int order = 0;
        try
        {
            order = Waits(1);
        }
        finally
        {
            order += Waits(10);
        }
        Expect(11, order);
    }

    private static void Sockets()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        GreenThread server = GreenThread.Start(() =>
        {
            using Socket peer = listener.AcceptSocket();
            byte[] buffer = new byte[16];
            int count = peer.Receive(buffer);
            peer.Send(buffer, count, SocketFlags.None);
        });
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        client.Send(Encoding.ASCII.GetBytes("echo"));
        byte[] answer = new byte[16];
        Expect("echo", Encoding.ASCII.GetString(answer, 0, client.Receive(answer)));
        server.Join();
    }

    private interface ISource
    {
        int Next();
    }

    private interface ISource<out T>
    {
        T Next();
    }

    private abstract class Shape
    {
        public abstract string Name { get; }

        public abstract int Area();

        public override string ToString() => Waits("Shape");
    }

    private sealed class Square(int side) : Shape, ISource
    {
        public override string Name => Waits("square");

        public override int Area() => Waits(side) * side;

        public int Next() => Waits(side);

        public override string ToString() => Waits("Square");
    }

    private sealed class Text : ISource<string>
    {
        public string Next() => Waits("text");
    }

    private readonly struct Counter(int n) : ISource
    {
        public int Next() => Waits(n);
    }

    private sealed class Box<T>(T content)
    {
        public T Twice(Func<T, T> change) => Waits(change(content));
    }

    private sealed class Constructed
    {
        public Constructed(int value)
        {
            GreenThread.Yield();
            Value = Waits(value);
        }

        public int Value { get; }
    }
}
