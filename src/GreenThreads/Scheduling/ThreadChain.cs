using System.Runtime.CompilerServices;

namespace GreenThreads.Scheduling;

/// <summary>A first-in first-out list of runnable threads, linked through themselves. Guarded by whoever holds it.</summary>
internal struct ThreadChain
{
    private GreenThread? _first;
    private GreenThread? _last;

    internal int Count { get; private set; }

    internal void Add(GreenThread thread)
    {
        thread.QueueLink = null;
        if (_last is null) _first = thread;
        else _last.QueueLink = thread;
        _last = thread;
        Count++;
    }

    internal void Add(ref ThreadChain other)
    {
        if (other._first is null) return;
        if (_last is null) _first = other._first;
        else _last.QueueLink = other._first;
        _last = other._last;
        Count += other.Count;
        other = default;
    }

    internal GreenThread? Take()
    {
        GreenThread? thread = _first;
        if (thread is null) return null;
        _first = Unsafe.As<GreenThread?>(thread.QueueLink);
        thread.QueueLink = null;
        if (_first is null) _last = null;
        Count--;
        return thread;
    }
}
