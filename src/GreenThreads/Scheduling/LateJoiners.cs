namespace GreenThreads.Scheduling;

/// <summary>Joiners of a thread that has ended, still to be woken. Owned by whoever took it out of <see cref="Processor.Joiners"/>.</summary>
/// <param name="ended">The thread.</param>
/// <param name="first">The first node of their list.</param>
internal sealed class LateJoiners(GreenThread ended, JoinerList first)
{
    // A node, or the last joiner; null after that.
    private object? _rest = first;

    /// <summary>Wakes about so many of them.</summary>
    /// <returns>Whether there are more.</returns>
    internal bool WakeSome(int count)
    {
        for (; count > 0 && _rest is JoinerList list; count -= JoinerList.Capacity) _rest = ended.WakeJoinersIn(list);
        if (_rest is JoinerList) return true;
        if (_rest is { } last) ended.WakeJoiner(last);
        _rest = null;
        return false;
    }
}
