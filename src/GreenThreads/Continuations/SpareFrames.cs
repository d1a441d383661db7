using System.Runtime.CompilerServices;

namespace GreenThreads.Continuations;

// Frames that a slice has left over: of waits that the thread did not repeat before it suspended or ended. A loop that waits
// in turn in different ways finds the frames of its last round here, as does the next thread with the same code.
//
// One frame for each place, found by the type of the frame. The table is held weakly: a collection takes it, with everything
// that the frames still refer to, so nothing of user code lives longer for it.

/// <summary>The spare frames of an OS thread.</summary>
[NotWoven]
internal static class SpareFrames
{
    private const int Size = 64;

    [ThreadStatic]
    private static WeakReference<Place[]>? t_table;

    /// <summary>A frame of exactly this type, or null.</summary>
    internal static T? Take<T>()
        where T : Frame
    {
        if (t_table is not { } weak || !weak.TryGetTarget(out Place[]? table)) return null;
        ref Frame? place = ref table[IndexOf(typeof(T).TypeHandle.Value)].Frame;
        if (place is not T frame) return null;
        place = null;
        return frame;
    }

    /// <summary>Keeps a chain of frames that nobody uses any more.</summary>
    internal static void Keep(Frame? chain)
    {
        if (TryGetTable() is not { } table) return;
        while (chain is { } frame)
        {
            chain = frame.Caller;
            frame.Caller = null;
            table[IndexOf(frame.GetType().TypeHandle.Value)].Frame = frame;
        }
    }

    // Null: there is no memory for it. They are kept to save some, and the thread is in the middle of being suspended.
    private static Place[]? TryGetTable()
    {
        if (t_table is { } known && known.TryGetTarget(out Place[]? table)) return table;
        try
        {
            WeakReference<Place[]> weak = t_table ??= new WeakReference<Place[]>(null!);
            table = new Place[Size];
            weak.SetTarget(table);
            return table;
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int IndexOf(nint type) => (int)((type >> 3) ^ (type >> 9) ^ (type >> 15)) & (Size - 1);

    // An array of a struct: stores into it need no covariance check.
    private struct Place
    {
        internal Frame? Frame;
    }
}
