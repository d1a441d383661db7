namespace GreenThreads.Scheduling;

/// <summary>Numbers of green threads: each OS thread takes blocks of them.</summary>
internal static class ThreadIds
{
    private const int BlockSize = 1024;

    [ThreadStatic]
    private static long t_next;

    // Interlocked by any thread.
    private static long s_block;

    internal static long Next()
    {
        long next = t_next;
        if ((next & (BlockSize - 1)) == 0) next = Interlocked.Add(ref s_block, BlockSize) - BlockSize;
        t_next = ++next;
        return next;
    }
}
