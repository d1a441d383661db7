namespace GreenThreads.Corpus;

/// <summary>Overflow checks around waits.</summary>
public static class CheckedArithmetic
{
    private static void Try(Trace t, Func<object> action)
    {
        try
        {
            t.Add(action());
        }
        catch (ArithmeticException e)
        {
            t.Log(e.GetType().Name);
        }
    }

    public static void OperatorsThrow(Trace t)
    {
        int big = W.Id(int.MaxValue), small = W.Id(int.MinValue);
        uint one = W.Id(1u);
        Try(t, () => checked(W.Id(big) + W.Id(1)));
        Try(t, () => checked(W.Id(small) - W.Id(1)));
        Try(t, () => checked(W.Id(big) * W.Id(2)));
        Try(t, () => checked(-W.Id(small)));
        Try(t, () => checked(W.Id(one) - W.Id(2u)));
        Try(t, () => W.Id(small) / W.Id(-1));
        Try(t, () => W.Id(1) % W.Id(0));
        Try(t, () => unchecked(W.Id(big) + W.Id(1)));
    }

    public static void ConversionsThrow(Trace t)
    {
        Try(t, () => checked((byte)W.Id(256)));
        Try(t, () => checked((sbyte)W.Id(-128)));
        Try(t, () => checked((uint)W.Id(-1)));
        Try(t, () => checked((int)W.Id(3e10)));
        Try(t, () => checked((ulong)W.Id(-1L)));
        Try(t, () => checked((char)W.Id(70_000)));
        Try(t, () => unchecked((byte)W.Id(257)));
        Try(t, () => checked((nint)W.Id(5L) + W.Id(1)));
    }

    public static void CompoundAssignments(Trace t)
    {
        byte small = W.Id((byte)250);
        int[] items = [1, int.MaxValue];
        try
        {
            checked
            {
                small += W.Id((byte)5);
                t.Add(small);
                items[W.Id(0)] += W.Id(2);
                items[W.Id(1)]++;
            }
        }
        catch (OverflowException)
        {
            t.Log("overflow");
        }
        t.Add(items);
        t.Add(small++ + W.Id(1));
        unchecked
        {
            small += W.Id((byte)10);
        }
        t.Add(small);
    }

    public static void ArraySizesAndIndices(Trace t)
    {
        Try(t, () => new int[W.Id(2) + checked(W.Id(1) * 2)].Length);
        try
        {
            t.Add(new int[W.Id(-1)].Length);
        }
        catch (OverflowException)
        {
            t.Log("negative size");
        }
        long index = W.Id(1L);
        int[] items = [1, 2];
        items[index] = W.Id(7);
        t.Add(items[checked((int)index)]);
    }

    private readonly record struct Small(int Value)
    {
        public static Small operator checked +(Small a, Small b) => new(checked(W.Id(a.Value) + b.Value));

        public static Small operator +(Small a, Small b) => new(unchecked(W.Id(a.Value) + b.Value));

        public static explicit operator checked byte(Small a) => checked((byte)W.Id(a.Value));

        public static explicit operator byte(Small a) => unchecked((byte)W.Id(a.Value));
    }

    public static void OperatorsOfOnesOwn(Trace t)
    {
        Small max = new(int.MaxValue), one = new(W.Id(1));
        t.Add(unchecked(max + one).Value);
        Try(t, () => checked(max + one).Value);
        Try(t, () => checked((byte)new Small(W.Id(300))));
        Try(t, () => unchecked((byte)new Small(W.Id(300))));
    }
}
