using System.Buffers;
using System.Runtime.InteropServices;

namespace GreenThreads.Corpus;

/// <summary>Spans of memories, segments and lists across waits.</summary>
public static class Memories
{
    public static void OfArrays(Trace t)
    {
        Memory<int> memory = new int[] { 1, 2, 3, 4 }.AsMemory(1);
        Span<int> span = memory.Span;
        span[0] += W.Id(10);
        Span<int> part = memory[1..].Span;
        part[0] = span[0] + W.Id(1);
        foreach (ref int n in memory.Span) n += W.Id(1);
        t.Add(memory.ToArray());
    }

    public static void OfStrings(Trace t)
    {
        ReadOnlyMemory<char> text = "some text".AsMemory(5);
        ReadOnlySpan<char> span = text.Span;
        int sum = 0;
        for (int i = 0; i < span.Length; i++)
        {
            sum += W.Id(span[i]);
        }
        t.Add(sum);
        t.Add(span.ToString() + W.Id("!") + span[0]);
    }

    private sealed unsafe class Native : MemoryManager<int>
    {
        private readonly int* _start = (int*)NativeMemory.AllocZeroed(4, sizeof(int));

        public override Span<int> GetSpan() => new(_start, 4);

        public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing) => NativeMemory.Free(_start);
    }

    public static void OfAManager(Trace t)
    {
        using IMemoryOwner<int> owner = new Native();
        Span<int> span = owner.Memory.Span[1..];
        span[0] = W.Id(1);
        for (int i = 1; i < span.Length; i++) span[i] = W.Id(span[i - 1]) * 3;
        t.Add(owner.Memory.ToArray());
    }

    public static void OfSegments(Trace t)
    {
        var segment = new ArraySegment<byte>(new byte[5], 1, 3);
        Span<byte> span = segment;
        span[0] = W.Id((byte)1);
        segment.AsSpan(1)[1] = W.Id((byte)2);
        t.Add(segment.Array);
    }

    public static void OfLists(Trace t)
    {
        List<int> list = [1, 2, 3];
        Span<int> span = CollectionsMarshal.AsSpan(list);
        span[0] += W.Id(10);
        for (int i = 0; i < 50; i++) list.Add(i);
        span[1] += W.Id(10); // the array that the list had before
        t.Add(span[1]);
        t.Add(list[0] + list[1]);
    }

    public static void CollectionExpressions(Trace t)
    {
        List<string> list = [W.Id("a"), "b", .. More(), W.Id("c")];
        t.Add(list);
        int[] array = [W.Id(1), .. list.Select(s => s.Length), W.Id(2)];
        t.Add(array);
        ReadOnlySpan<int> span = [W.Id(3), W.Id(4)];
        W.Wait();
        t.Add(span[0] * 10 + span[1]);
        IReadOnlyList<int> read = [W.Id(5), 6];
        t.Add(read.Count);
        List<List<int>> nested = [[W.Id(1)], [W.Id(2), W.Id(3)], []];
        t.Add(nested.Sum(n => n.Count));
        Span<string> texts = ["x", W.Id("y")];
        texts[0] = W.Id("z");
        t.Add(texts[0] + texts[1]);
    }

    private static string[] More() => ["m", W.Id("n")];

    public static void PooledBuffer(Trace t)
    {
        using IMemoryOwner<byte> owner = MemoryPool<byte>.Shared.Rent(16);
        Span<byte> span = owner.Memory.Span[..4];
        span.Clear();
        for (int i = 0; i < span.Length; i++) span[i] = (byte)(W.Id(i) * 2);
        t.Add(span.ToArray());
    }
}
