namespace GreenThreads.Corpus;

/// <summary>Spans over data of the assembly, and empty ones: they do not point into a heap object.</summary>
public static class ConstantSpans
{
    private static int Sum(ReadOnlySpan<byte> bytes)
    {
        int sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            W.Wait();
            sum += bytes[i];
        }
        return sum;
    }

    public static void CollectionExpressionAsArgument(Trace t) => t.Add(Sum([1, 2, 3, 4, 5, 6, 7]) + W.Id(1));

    public static void Utf8LiteralAsArgument(Trace t) => t.Add(Sum("abc"u8) + W.Id(1));

    private static long Total(params ReadOnlySpan<int> numbers)
    {
        long total = 0;
        foreach (int number in numbers) total = 10 * total + W.Id(number);
        return total;
    }

    private static string Text<T>(ReadOnlySpan<T> values)
    {
        string text = "";
        foreach (T value in values) text += W.Id(value) + ";";
        return text;
    }

    public static void ConstantsOfSeveralBytes(Trace t)
    {
        t.Add(Total(90));
        t.Add(Total(1, 2, 3));
        t.Add(Total([int.MaxValue, -1]) + Total());
        t.Add(Text<long>([1, long.MinValue, 3]));
        t.Add(Text<double>([0.5, double.NaN]));
        t.Add(Text(['a', '\u20ac']));
        t.Add(Text<DayOfWeek>([DayOfWeek.Friday, DayOfWeek.Monday]));
        t.Add(Text<bool>([true, false]));
    }

    public static void ConstantsOfSeveralBytesInLocal(Trace t)
    {
        ReadOnlySpan<int> numbers = [5, 6, 7, 8];
        W.Wait();
        t.Add(Total(numbers));
        ReadOnlySpan<int> some = numbers[1..3];
        t.Add(Total(some) + W.Id(some[0]) + numbers[^1]);
        ReadOnlySpan<int> either = W.Id(1) == 1 ? some : numbers;
        W.Wait();
        t.Add(Total(either) + either.Length);
        foreach (ref readonly int number in numbers)
        {
            W.Wait();
            t.Add(number);
        }
    }

    public static void ConstantInLocal(Trace t)
    {
        ReadOnlySpan<byte> bytes = [9, 8, 7];
        W.Wait();
        t.Add(Sum(bytes));
        W.Wait();
        t.Add(Sum(bytes[1..]) + bytes[2]);
    }

    public static void EmptySpans(Trace t)
    {
        t.Add(Sum(ReadOnlySpan<byte>.Empty) + W.Id(1));
        t.Add(Sum(default) + W.Id(2));
        Span<int> empty = Span<int>.Empty;
        W.Wait();
        t.Add(empty.Length);
    }

    public static void LocalThatIsEmptyOrNot(Trace t)
    {
        for (int i = 0; i < 2; i++)
        {
            ReadOnlySpan<char> text = default;
            if (i == 1) text = "hello".AsSpan(1);
            W.Wait();
            t.Add(text.Length);
            t.Add(text.ToString());
        }
    }
}
