using System.Runtime;
using System.Runtime.InteropServices;

namespace GreenThreads.Weaver;

/// <summary>
/// Memory for one assembly, without collections: a weave is short and keeps most of what it allocates until the module is
/// written, so a collector would mostly copy what is alive.
/// </summary>
internal static partial class CollectionFree
{
    // Measured: 140 to 350 bytes allocated for each byte of the assembly, and some for the framework's metadata.
    private const long PerByte = 400;
    private const long Fixed = 64L << 20;
    private const long Max = 1L << 30;

    // Several weavers run beside each other in a parallel build; what they do not touch costs them nothing.
    private const int ShareOfMachine = 8;

    private const long HugePage = 2 << 20;
    private const int HugePages = 14; // MADV_HUGEPAGE

    /// <summary>
    /// Holds back the collector until an assembly of this size has been woven; what the assembly before left is collected. Where
    /// the memory is not to be had or does not suffice, collections happen as ever.
    /// </summary>
    /// <param name="size">The size of the assembly, in bytes.</param>
    public static void Begin(long size)
    {
        long budget = Math.Min(Math.Min(Fixed + size * PerByte, Max), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMachine);
        End();
        try
        {
            if (!GC.TryStartNoGCRegion(budget, disallowFullBlockingGC: true)) return;
        }
        catch (ArgumentOutOfRangeException)
        {
            return; // more than the collector has room for, as with a limit for the heap
        }
        if (OperatingSystem.IsLinux()) AskForHugePages(budget);
    }

    private static void End()
    {
        try
        {
            if (GCSettings.LatencyMode != GCLatencyMode.NoGCRegion) return;
            GC.EndNoGCRegion();
            GC.Collect();
        }
        catch (InvalidOperationException)
        {
            // the memory did not suffice: the collection has ended it
        }
    }

    // Most of the time of fresh memory goes into the faults of its pages, of which there are 512 times fewer so. The collector's
    // next regions follow that of a new object. It is advice: what does not belong to the collector is at worst backed by
    // larger pages, and an error means pages of the usual size.
    private static void AskForHugePages(long budget)
    {
        GCHandle handle = GCHandle.Alloc(new byte[1], GCHandleType.Pinned);
        nint start = handle.AddrOfPinnedObject() & ~(nint)(HugePage - 1);
        handle.Free();
        _ = Advise(start, (nint)budget, HugePages);
    }

    // madvise(2)
    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint length, int advice);
}
