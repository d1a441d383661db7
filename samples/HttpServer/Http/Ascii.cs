namespace HttpServer.Http;

/// <summary>Bytes as text, without making text of them.</summary>
internal static class Ascii
{
    /// <summary>Whether a text is another one, but for the case of its letters.</summary>
    internal static bool EqualsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> other) => System.Text.Ascii.EqualsIgnoreCase(text, other);

    /// <summary>The text without spaces and tabs around it.</summary>
    internal static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    /// <summary>Whether a list, "a, b", has an item.</summary>
    /// <param name="list">The value of a header field.</param>
    /// <param name="item">In lower case.</param>
    internal static bool HasItem(ReadOnlySpan<byte> list, ReadOnlySpan<byte> item)
    {
        foreach (Range range in list.Split((byte)','))
        {
            if (EqualsIgnoreCase(Trim(list[range]), item)) return true;
        }
        return false;
    }
}
