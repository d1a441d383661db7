using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace GreenThreads.Channels;

/// <summary>The items in a channel: a ring that grows up to the channel's capacity. Every member: under the channel's gate.</summary>
/// <remarks>It never shrinks while the channel lives, so that traffic which swings between full and empty allocates nothing.</remarks>
internal struct ChannelBuffer<T>
{
    internal const int MaxCapacity = 1 << 30;
    private const int FirstLength = 8;

    // The length is a power of two.
    private T[]? _items;
    private int _first;
    private int _count;

    /// <summary>The number of items; may be read without the gate too, as a hint.</summary>
    internal readonly int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _count;
    }

    /// <summary>Whether there is memory for one more.</summary>
    internal readonly bool HasRoom => _items is { } items && _count < items.Length;

    /// <summary>Adds an item at the end; there must be room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(T item)
    {
        T[] items = _items!;
        items[(_first + _count) & (items.Length - 1)] = item;
        _count++;
    }

    /// <summary>Takes the first item; there must be one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T Take()
    {
        Debug.Assert(_count > 0, "Whoever takes an item has seen that there is one.");
        T[] items = _items!;
        int first = _first & (items.Length - 1);
        T item = items[first];
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>()) items[first] = default!;
        _first = first + 1;
        _count--;
        return item;
    }

    /// <summary>The memory for a longer ring. Without the gate.</summary>
    /// <exception cref="OutOfMemoryException">There is none.</exception>
    internal readonly T[] AllocateLonger()
    {
        int length = _items?.Length ?? 0;
        if (length == MaxCapacity) throw new OutOfMemoryException($"A channel cannot hold more than {MaxCapacity} items.");
        return new T[Math.Max(FirstLength, length * 2)];
    }

    /// <summary>Moves the items over, unless somebody else has been faster.</summary>
    internal void Lengthen(T[] longer)
    {
        if (_items is { } items)
        {
            if (items.Length >= longer.Length) return;
            int first = _first & (items.Length - 1);
            int upToEnd = Math.Min(_count, items.Length - first);
            Array.Copy(items, first, longer, 0, upToEnd);
            Array.Copy(items, 0, longer, upToEnd, _count - upToEnd);
        }
        _first = 0;
        _items = longer;
    }
}
