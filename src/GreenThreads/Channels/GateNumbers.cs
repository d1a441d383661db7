namespace GreenThreads.Channels;

/// <summary>Numbers for the gates of channels of all types.</summary>
internal static class GateNumbers
{
    private static long s_last;

    /// <summary>A number that no other gate has; not 0.</summary>
    internal static long Next() => Interlocked.Increment(ref s_last);
}
