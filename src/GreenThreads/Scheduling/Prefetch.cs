using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GreenThreads.Scheduling;

/// <summary>Asks for the cache lines of objects that are going to be used soon: hints, without effect on what a program does.</summary>
internal static unsafe class Prefetch
{
    private const int LineSize = 64;

    /// <summary>The lines of a green thread, which is two of them long.</summary>
    /// <param name="thread">The thread, or null.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Thread(object? thread)
    {
        if (!Sse.IsSupported || thread is null) return;
        // The address may be out of date at once: a collection moves the object. Then the wrong lines come, no more.
        byte* address = (byte*)Unsafe.As<object, nint>(ref thread);
        Sse.Prefetch0(address);
        Sse.Prefetch0(address + LineSize);
    }
}
