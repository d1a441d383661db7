using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace GreenThreads.Corpus;

/// <summary>Spans, stackalloc, fixed and pointers.</summary>
public static class Spans
{
    // The span is passed by reference, read-only, as libraries do that build for several frameworks.
    public static void PassedIn(Trace t)
    {
        ReadOnlySpan<object> all = new object[] { 1, "two", W.Id(3) };
        t.Add(Listed(in all));
        ReadOnlySpan<object> rest = all[1..];
        t.Add(Listed(in rest) + Listed(in all));
        t.Add(Listed(new object[] { "four", 5 }) + rest.Length);
    }

    private static string Listed(in ReadOnlySpan<object> all)
    {
        string text = "";
        for (int i = 0; i < all.Length; i++) text += W.Id(all[i]) + ",";
        return text + W.Id(all.Length);
    }

    public static void SpanLocal(Trace t)
    {
        int[] a = [1, 2, 3, 4];
        Span<int> span = a.AsSpan(1, 2);
        W.Wait();
        span[0] = W.Id(20);
        span.Fill(W.Id(7));
        t.Add(a);
    }

    public static void SpanOnlyBetweenWaits(Trace t)
    {
        int[] a = [3, 1, 2];
        W.Wait();
        a.AsSpan().Sort();
        W.Wait();
        Span<int> tail = a.AsSpan(1);
        int sum = tail[0] + tail[1];
        W.Wait();
        t.Add(sum);
        t.Add(a);
    }

    public static void SpanParameter(Trace t)
    {
        byte[] buffer = new byte[8];
        t.Add(FillFrom(buffer, 5));
        t.Add(FillFrom(buffer.AsSpan(2, 4), 9));
        t.Add(buffer);
        t.Add(CountOf("hello", 'l'));
    }

    private static int FillFrom(Span<byte> target, byte start)
    {
        for (int i = 0; i < target.Length; i++)
        {
            if (i % 2 == 0) W.Wait();
            target[i] = start++;
        }
        return target.Length;
    }

    private static int CountOf(ReadOnlySpan<char> text, char wanted)
    {
        int n = 0;
        foreach (char c in text)
        {
            if (W.Id(c) == wanted) n++;
        }
        return n;
    }

    [MayPin("stackalloc")]
    public static void StackAlloc(Trace t)
    {
        Span<int> span = stackalloc int[4];
        for (int i = 0; i < span.Length; i++) span[i] = W.Id(i * i);
        W.Wait();
        int sum = 0;
        foreach (int n in span) sum += n;
        t.Add(sum);
    }

    [MayPin("stackalloc")]
    public static unsafe void StackAllocPointer(Trace t)
    {
        int* p = stackalloc int[3];
        p[0] = W.Id(5);
        p[1] = W.Id(6);
        W.Wait();
        t.Add(p[0] * 10 + p[1]);
    }

    [MayPin("fixed")]
    public static unsafe void Fixed(Trace t)
    {
        int[] a = [1, 2, 3];
        fixed (int* p = a)
        {
            p[1] = W.Id(20);
            W.Wait();
            p[2] += p[1];
        }
        W.Wait();
        t.Add(a);
        fixed (char* c = "abc") t.Add(c[W.Id(1)]);
    }

    [MayPin("a pointer to a local")]
    public static unsafe void PointerToLocal(Trace t)
    {
        int n = 1;
        int* p = &n;
        *p += W.Id(5);
        W.Wait();
        *p += n;
        t.Add(n);
    }

    [MayPin("a pointer lives across a wait")]
    public static unsafe void PointerToNativeMemory(Trace t)
    {
        int* p = (int*)NativeMemory.Alloc(8);
        try
        {
            *p = W.Id(4);
            W.Wait();
            p[1] = *p + W.Id(1);
            t.Add(p[0] * 10 + p[1]);
        }
        finally
        {
            NativeMemory.Free(p);
        }
    }

    [MayPin("a function pointer")]
    public static unsafe void FunctionPointer(Trace t)
    {
        delegate*<int, int> f = &Twice;
        t.Add(f(W.Id(4)));
        W.Wait();
        t.Add(f(5));
    }

    private static int Twice(int n) => W.Id(n) * 2;

    public static void ParamsSpan(Trace t)
    {
        t.Add(Sum(1, W.Id(2), 3));
        t.Add(Sum());
    }

    private static int Sum(params ReadOnlySpan<int> values)
    {
        int sum = 0;
        foreach (int n in values) sum += W.Id(n);
        return sum;
    }

    public static void MemoryLocal(Trace t)
    {
        Memory<int> memory = new int[] { 1, 2, 3 }.AsMemory(1);
        W.Wait();
        memory.Span[0] = W.Id(9);
        t.Add(memory.Span[0] + memory.Span[1] + memory.Length);
        ReadOnlyMemory<char> text = W.Id("hello".AsMemory(1, 3));
        t.Add(text.ToString());
    }

    private ref struct Reader(ReadOnlySpan<char> text)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private int _at = 0;

        public bool Next(out char c)
        {
            W.Wait();
            if (_at == _text.Length)
            {
                c = default;
                return false;
            }
            c = _text[_at++];
            return true;
        }
    }

    public static void RefStruct(Trace t)
    {
        var reader = new Reader("xyz");
        while (reader.Next(out char c)) t.Add(c);
    }

    public static void SpanToArrayAcrossWait(Trace t)
    {
        int[] copy = "1,2,3".Split(',').Select(int.Parse).ToArray().AsSpan(W.Id(1)).ToArray();
        t.Add(copy);
        t.Add(string.Join("", "abc".AsSpan().ToArray()) + W.Id("d"));
    }

    public static void ReadOnlySpanConstant(Trace t)
    {
        W.Wait();
        ReadOnlySpan<byte> constant = "abc"u8;
        int sum = constant[0] + constant.Length;
        t.Add(sum + W.Id(1));
    }

    public static void InlineArrayAsSpan(Trace t)
    {
        Four four = default;
        Span<int> span = four;
        span[1] = W.Id(5);
        W.Wait();
        t.Add(four[1]);
        four[W.Id(2)] += W.Id(3);
        t.Add(four[2]);
    }

    [InlineArray(4)]
    private struct Four
    {
        private int _first;
    }

    private unsafe struct WithFixedBuffer
    {
        public fixed int Values[4];
    }

    public static unsafe void FixedBuffer(Trace t)
    {
        WithFixedBuffer buffer = default;
        buffer.Values[1] = 5;
        W.Wait();
        buffer.Values[2] = buffer.Values[1] + 1;
        int value = W.Id(buffer.Values[2]);
        t.Add(value + buffer.Values[1]);
    }

    public static void SpanOfFieldsInARow(Trace t)
    {
        var buffer = new Three { First = W.Id("a") };
        Span<object?> span = buffer.AsSpan(2);
        span[1] = W.Id("b");
        W.Wait();
        foreach (object? value in span) t.Add((string?)value + W.Id('.'));
        t.Add((string?)buffer.Second);
        AddAll(t, span);
    }

    private static void AddAll(Trace t, ReadOnlySpan<object?> values)
    {
        foreach (object? value in values) t.Add(W.Id((string?)value));
    }

    // as libraries made the spans of their arguments before there were inline arrays
    [StructLayout(LayoutKind.Sequential)]
    private struct Three
    {
        public object? First;
        public object? Second;
        public object? Third;

        [UnscopedRef]
        public Span<object?> AsSpan(int count) => MemoryMarshal.CreateSpan(ref First, count);
    }
}
