using System.Runtime.InteropServices;

namespace GreenThreads.Corpus;

/// <summary>Unsafe code whose pointers are not in use across a wait.</summary>
public static unsafe class UnsafeCode
{
    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public int Length;
        public fixed byte Name[8];
    }

    private static int SumOf(int* items, int count)
    {
        int sum = 0;
        for (int i = 0; i < count; i++) sum += items[i];
        return sum;
    }

    private static int SumOf(int[] items)
    {
        fixed (int* start = items) return SumOf(start, items.Length);
    }

    public static void PointersBetweenWaits(Trace t)
    {
        int[] items = [1, W.Id(2), 3];
        t.Add(SumOf(items));
        W.Wait();
        int n = W.Id(4);
        int* p = &n;
        *p += 5;
        t.Add(n);
        n = W.Id(n) + 1;
        t.Add(n);
        fixed (int* start = &items[1]) *start = 20;
        t.Add(W.Id(items));
    }

    public static void FixedBuffers(Trace t)
    {
        var header = new Header { Length = W.Id(3) };
        for (int i = 0; i < header.Length; i++)
        {
            byte value = (byte)W.Id(65 + i);
            header.Name[i] = value;
        }
        W.Wait();
        string text = "";
        for (int i = 0; i < 4; i++) text += header.Name[i] + ",";
        t.Add(text + W.Id(header.Length));
    }

    public static void SizesAndCasts(Trace t)
    {
        long bits = BitConverter.DoubleToInt64Bits(W.Id(1.5));
        t.Add(*(double*)&bits + W.Id(1));
        t.Add(sizeof(Header) + W.Id(sizeof(int)));
        int[] items = W.Id(new[] { 1, 2 });
        byte first = MemoryMarshal.AsBytes(items.AsSpan())[4];
        t.Add(W.Id(first));
        t.Add(Unsafe.As<int, uint>(ref items[0]) + (uint)W.Id(1));
        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(items), 1) = W.Id(9);
        t.Add(items);
    }

    public static void NativeMemoryThroughNumbers(Trace t)
    {
        nint block = (nint)NativeMemory.AllocZeroed(16);
        try
        {
            for (int i = 0; i < 4; i++)
            {
                int value = W.Id(i * i);
                ((int*)block)[i] = value;
            }
            W.Wait();
            t.Add(SumOf((int*)block, W.Id(4)));
        }
        finally
        {
            NativeMemory.Free((void*)block);
        }
    }

    public static void StackMemoryBetweenWaits(Trace t)
    {
        for (int i = 0; i < 3; i++)
        {
            int n = W.Id(i + 1);
            t.Add(Fill(n));
        }

        static int Fill(int n)
        {
            int* items = stackalloc int[n];
            for (int i = 0; i < n; i++) items[i] = i + n;
            return SumOf(items, n);
        }
    }

    public static void FunctionPointersOfWhatDoesNotWait(Trace t)
    {
        delegate*<int, int> twice = &Twice;
        int result = twice(4);
        t.Add(W.Id(result));

        static int Twice(int n) => n * 2;
    }

    [MayPin("function pointers")]
    public static void FunctionPointersOfWhatWaits(Trace t)
    {
        delegate*<int, int> twice = &Twice;
        delegate*<ref int, string, void> append = &Append;
        t.Add(twice(W.Id(4)));
        int n = 1;
        append(ref n, W.Id("abc"));
        t.Add(n);
        t.Add(Through<string>(&Shout, "x"));

        static int Twice(int n) => W.Id(n) * 2;
        static void Append(ref int n, string s) => n += W.Id(s.Length);
        static string Shout(string s) => W.Id(s) + "!";
        static T Through<T>(delegate*<T, T> f, T value) => W.Id(f(value));
    }
}
