namespace KeyValueServer.Store;

/// <summary>A list: quick at both ends, and by index.</summary>
internal sealed class BytesDeque
{
    private byte[][] _items = new byte[4][];
    private int _first;

    /// <summary>How many items there are.</summary>
    internal int Count { get; private set; }

    /// <summary>An item, from 0 at the left.</summary>
    internal byte[] this[int index]
    {
        get => _items[(_first + index) & (_items.Length - 1)];
        set => _items[(_first + index) & (_items.Length - 1)] = value;
    }

    /// <summary>Adds at an end.</summary>
    internal void Push(byte[] item, bool left)
    {
        if (Count == _items.Length) Grow();
        if (left) _first = (_first - 1) & (_items.Length - 1);
        Count++;
        this[left ? 0 : Count - 1] = item;
    }

    /// <summary>Takes from an end; there has to be an item.</summary>
    internal byte[] Pop(bool left)
    {
        int index = left ? 0 : Count - 1;
        byte[] item = this[index];
        this[index] = null!;
        if (left) _first = (_first + 1) & (_items.Length - 1);
        Count--;
        return item;
    }

    private void Grow()
    {
        byte[][] larger = new byte[_items.Length * 2][];
        for (int i = 0; i < Count; i++) larger[i] = this[i];
        _items = larger;
        _first = 0;
    }
}
