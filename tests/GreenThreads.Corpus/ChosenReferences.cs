namespace GreenThreads.Corpus;

/// <summary>References that point into one of several things, decided at run time.</summary>
public static class ChosenReferences
{
    private static int s_static = 1;

    private sealed class Holder
    {
        public int Field = 2;
        public int[] Array = [3, 4];
    }

    private static void Add(ref int target, int by)
    {
        target += by;
        W.Wait();
        target += by;
    }

    public static void AnyOfMany(Trace t)
    {
        for (int which = 0; which < 6; which++)
        {
            var holder = new Holder();
            int[] array = [10, 20];
            int local = 100;
            s_static = 1;
            ref int r = ref which < 3 ? ref which == 0 ? ref local : ref which == 1 ? ref array[1] : ref holder.Field
                : ref which == 3 ? ref s_static : ref which == 4 ? ref holder.Array[0] : ref array[0];
            r += W.Id(1);
            W.Wait();
            Add(ref r, 5);
            t.Add($"{which}: {local} {array[0]} {array[1]} {holder.Field} {holder.Array[0]} {s_static}");
        }
    }

    public static void Reassigned(Trace t)
    {
        int a = 1, b = 2;
        int[] c = [3, 4];
        ref int r = ref a;
        r += W.Id(10);
        r = ref b;
        r += W.Id(20);
        for (int i = 0; i < c.Length; i++)
        {
            r = ref c[i];
            r += W.Id(30);
            if (i == 0) Add(ref r, 1);
        }
        t.Add($"{a} {b} {c[0]} {c[1]}");
    }

    private static void OfParameters(ref int a, ref int b, int[] c, bool first, Trace t)
    {
        ref int r = ref a;
        ref int old = ref r;
        if (!W.Id(first)) r = ref b;
        r *= W.Id(3);
        old++;
        old = ref c[0];
        old += W.Id(1);
        (first ? ref r : ref c[1]) += W.Id(7);
        t.Add($"{a} {b} {c[0]} {c[1]}");
    }

    public static void Parameters(Trace t)
    {
        int x = 1;
        int[] y = [2, 3];
        OfParameters(ref x, ref y[0], y, true, t);
        OfParameters(ref x, ref y[1], [50, 60], false, t);
        t.Add($"{x} {y[0]} {y[1]}");
    }

    public static void SpansOfSeveralArrays(Trace t)
    {
        int[] a = [1, 2, 3], b = [4, 5];
        for (int i = 0; i < 3; i++)
        {
            Span<int> span = i == 0 ? a : i == 1 ? b.AsSpan(1) : default;
            W.Wait();
            for (int k = 0; k < span.Length; k++) span[k] += W.Id(10 * i + k);
            if (i == 1) span = a.AsSpan(0, 1);
            if (span.Length > 0) span[0] += W.Id(100);
        }
        t.Add(a);
        t.Add(b);
    }

    public static void LinkedList(Trace t)
    {
        Node? head = null;
        foreach (int value in new[] { 3, 1, 2 })
        {
            ref Node? link = ref head;
            while (link is not null && link.Value < W.Id(value)) link = ref link.Next;
            link = new Node { Value = value, Next = W.Id(link) };
        }
        for (Node? node = head; node is not null; node = node.Next) t.Add(node.Value);
    }

    private sealed class Node
    {
        public int Value;
        public Node? Next;
    }

    private static T Both<T>(ref T a, ref T b, bool first) where T : struct, IAdder
    {
        (first ? ref a : ref b).Add(W.Id(1));
        return W.Id(first) ? a : b;
    }

    private interface IAdder
    {
        void Add(int n);
    }

    private struct Adder : IAdder
    {
        public int Sum;

        public void Add(int n)
        {
            Sum += n;
            W.Wait();
            Sum += n;
        }
    }

    public static void GenericStructs(Trace t)
    {
        Adder a = default, b = default;
        t.Add(Both(ref a, ref b, true).Sum);
        t.Add(Both(ref a, ref b, false).Sum);
        t.Add(a.Sum * 10 + b.Sum);
    }
}
