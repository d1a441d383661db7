using System.Globalization;
using System.Text;
using Samples.Common;

namespace KeyValueServer.Protocol;

/// <summary>Replies in the protocol, version 2. Nothing here waits.</summary>
internal static class Reply
{
    /// <summary>"OK".</summary>
    internal static void Ok(this OutputBuffer output) => output.Add("+OK\r\n"u8);

    /// <summary>A short text.</summary>
    internal static void Simple(this OutputBuffer output, string text) => output.Line('+', text);

    /// <summary>An error; the first word is its code.</summary>
    internal static void Error(this OutputBuffer output, string error) => output.Line('-', error);

    /// <summary>A number.</summary>
    internal static void Number(this OutputBuffer output, long value)
    {
        if (value is 0 or 1)
        {
            output.Add(value == 0 ? ":0\r\n"u8 : ":1\r\n"u8);
            return;
        }
        output.Add(":"u8);
        output.Add(value);
        output.Add("\r\n"u8);
    }

    /// <summary>Nothing.</summary>
    internal static void Null(this OutputBuffer output) => output.Add("$-1\r\n"u8);

    /// <summary>No array.</summary>
    internal static void NullArray(this OutputBuffer output) => output.Add("*-1\r\n"u8);

    /// <summary>The beginning of an array.</summary>
    internal static void Array(this OutputBuffer output, int length)
    {
        output.Add("*"u8);
        output.Add(length);
        output.Add("\r\n"u8);
    }

    /// <summary>Bytes.</summary>
    internal static void Bulk(this OutputBuffer output, ReadOnlySpan<byte> bytes)
    {
        output.Add("$"u8);
        output.Add(bytes.Length);
        output.Add("\r\n"u8);
        output.Add(bytes);
        output.Add("\r\n"u8);
    }

    /// <summary>Text as bytes.</summary>
    internal static void Bulk(this OutputBuffer output, string text) => output.Bulk(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes or nothing.</summary>
    internal static void BulkOrNull(this OutputBuffer output, byte[]? bytes)
    {
        if (bytes is null) output.Null();
        else output.Bulk(bytes);
    }

    /// <summary>Many bulks.</summary>
    internal static void Bulks(this OutputBuffer output, IReadOnlyCollection<byte[]> items)
    {
        output.Array(items.Count);
        foreach (byte[] item in items) output.Bulk(item);
    }

    /// <summary>A number as text.</summary>
    internal static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Line(this OutputBuffer output, char kind, string text)
    {
        output.Add([(byte)kind]);
        output.Add(Encoding.UTF8.GetBytes(text.ReplaceLineEndings(" ")));
        output.Add("\r\n"u8);
    }
}
