using Samples.Common;

namespace HttpServer.Http;

/// <summary>
/// A request: one object for each connection, used again and again. What it hands out as spans lies in the connection's buffer,
/// and ends with the request.
/// </summary>
internal sealed class HttpRequest
{
    private readonly InputBuffer _input;
    private HeaderField[] _fields = new HeaderField[16];

    internal HttpRequest(InputBuffer input) => _input = input;

    /// <summary>The body; empty where the request has none.</summary>
    internal RequestBody Body { get; set; } = null!;

    /// <summary>The method, as it came.</summary>
    internal ReadOnlySpan<byte> Method => Bytes(MethodRange);

    /// <summary>The target up to its query, as it came: not decoded.</summary>
    internal ReadOnlySpan<byte> Path => Bytes(PathRange);

    /// <summary>The target's query, without the question mark.</summary>
    internal ReadOnlySpan<byte> Query => Bytes(QueryRange);

    /// <summary>Whether only the head of the response is wanted.</summary>
    internal bool IsHead => Method.SequenceEqual("HEAD"u8);

    /// <summary>The length of the body if it was given; 0 without a body; null for one in chunks.</summary>
    internal long? ContentLength { get; set; }

    /// <summary>Whether the client speaks HTTP/1.1, else 1.0.</summary>
    internal bool IsVersion11 { get; set; }

    /// <summary>Whether the client wants to go on with this connection.</summary>
    internal bool KeepsAlive { get; set; }

    /// <summary>Whether the client waits for "100 Continue" before it sends the body.</summary>
    internal bool ExpectsContinue { get; set; }

    internal (int Start, int Length) MethodRange { get; set; }

    internal (int Start, int Length) PathRange { get; set; }

    internal (int Start, int Length) QueryRange { get; set; }

    /// <summary>How many header fields there are.</summary>
    internal int FieldCount { get; private set; }

    /// <summary>The name and the value of a header field.</summary>
    internal ReadOnlySpan<byte> FieldName(int index) => Bytes((_fields[index].Name, _fields[index].NameLength));

    /// <inheritdoc cref="FieldName"/>
    internal ReadOnlySpan<byte> FieldValue(int index) => Bytes((_fields[index].Value, _fields[index].ValueLength));

    /// <summary>The first header field of a name.</summary>
    /// <param name="name">In lower case.</param>
    /// <param name="value">Its value.</param>
    /// <returns>Whether there is one.</returns>
    internal bool TryGetField(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (int i = 0; i < FieldCount; i++)
        {
            if (_fields[i].NameLength != name.Length || !Ascii.EqualsIgnoreCase(FieldName(i), name)) continue;
            value = FieldValue(i);
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>Forgets the last request.</summary>
    internal void Clear()
    {
        FieldCount = 0;
        ContentLength = 0;
        IsVersion11 = KeepsAlive = ExpectsContinue = false;
    }

    /// <summary>Adds a header field, by its ranges in the buffer.</summary>
    internal void AddField(int name, int nameLength, int value, int valueLength)
    {
        if (FieldCount == _fields.Length) Array.Resize(ref _fields, FieldCount * 2);
        _fields[FieldCount++] = new HeaderField(name, nameLength, value, valueLength);
    }

    private ReadOnlySpan<byte> Bytes((int Start, int Length) range) => _input.Bytes.AsSpan(range.Start, range.Length);

    private readonly record struct HeaderField(int Name, int NameLength, int Value, int ValueLength);
}
