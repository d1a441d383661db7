using GreenThreads.Continuations;

namespace GreenThreads.Scopes;

// A thread uses few of them, so a list that is searched; the places are found by reference. A key stays with its threads
// until they end, its values with it.

/// <summary>The values of <see cref="GreenLocal{T}"/> in one thread.</summary>
[NotWoven]
internal sealed class LocalValues
{
    // Written once by the constructor of the first local that is inherited; read when a thread is made.
    private static volatile bool s_anyInherited;

    // All used by the owning thread, before that by its starter.
    private (object Key, object Box)[] _entries = new (object, object)[2];
    private int _count;

    /// <summary>A local whose values new threads inherit was made.</summary>
    internal static void AnyInherited() => s_anyInherited = true;

    /// <summary>What a thread that is made now inherits from the calling one; null for nothing.</summary>
    internal static LocalValues? Inherit() => s_anyInherited ? InheritSlow() : null;

    /// <summary>The place of a local, or null if the thread has none yet.</summary>
    internal object? Find(object key)
    {
        for (int i = 0; i < _count; i++)
        {
            if (ReferenceEquals(_entries[i].Key, key)) return _entries[i].Box;
        }
        return null;
    }

    internal void Add(object key, object box)
    {
        if (_count == _entries.Length) Array.Resize(ref _entries, _count * 2);
        _entries[_count++] = (key, box);
    }

    private static LocalValues? InheritSlow()
    {
        if (Continuation.CurrentOrNull?.Locals is not { } own) return null;
        LocalValues? inherited = null;
        for (int i = 0; i < own._count; i++)
        {
            (object key, object box) = own._entries[i];
            if (((IInheritedLocal)key).CopyForChild(box) is { } copy) (inherited ??= new LocalValues()).Add(key, copy);
        }
        return inherited;
    }
}

/// <summary>A key of <see cref="LocalValues"/>.</summary>
internal interface IInheritedLocal
{
    /// <summary>The place for a new thread; null if it inherits nothing.</summary>
    object? CopyForChild(object box);
}
