using System.Buffers;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GreenThreads.Continuations;

/// <summary>
/// Stands for <see cref="DefaultInterpolatedStringHandler"/> in woven methods whose interpolated strings wait in a hole:
/// that one is a ref struct and cannot be kept in a frame. Formats by means of the original, so the text is the same.
/// </summary>
/// <remarks>Copies share the buffer: like the original it is meant to be used once, by reference.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct WaitingInterpolatedStringHandler
{
    // The guess of the original for the length of a hole, and the least that it rents.
    private const int GuessedHoleLength = 11;
    private const int MinimumLength = 256;

    private readonly IFormatProvider? _provider;
    private char[] _buffer;
    private int _length;

    /// <summary>Makes a handler.</summary>
    /// <param name="literalLength">Characters outside of the holes.</param>
    /// <param name="formattedCount">Number of holes.</param>
    public WaitingInterpolatedStringHandler(int literalLength, int formattedCount)
        : this(literalLength, formattedCount, null)
    {
    }

    /// <summary>Makes a handler.</summary>
    /// <param name="literalLength">Characters outside of the holes.</param>
    /// <param name="formattedCount">Number of holes.</param>
    /// <param name="provider">How to format; null for the current culture.</param>
    public WaitingInterpolatedStringHandler(int literalLength, int formattedCount, IFormatProvider? provider)
    {
        _provider = provider;
        _buffer = ArrayPool<char>.Shared.Rent(Math.Max(MinimumLength, literalLength + formattedCount * GuessedHoleLength));
    }

    /// <summary>Stands for <c>string.Create(provider, $"…")</c>: the provider is the handler's already.</summary>
    /// <param name="provider">How the holes were formatted.</param>
    /// <param name="handler">The handler; empty afterwards.</param>
    /// <returns>The text.</returns>
    public static string Create(IFormatProvider? provider, ref WaitingInterpolatedStringHandler handler) => handler.ToStringAndClear();

    /// <summary>Appends text.</summary>
    /// <param name="value">The text.</param>
    public void AppendLiteral(string value) => Append(value);

    /// <summary>Appends a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    public void AppendFormatted<T>(T value)
    {
        DefaultInterpolatedStringHandler original = Original();
        original.AppendFormatted(value);
        Take(ref original);
    }

    /// <summary>Appends a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="format">Its format.</param>
    public void AppendFormatted<T>(T value, string? format)
    {
        DefaultInterpolatedStringHandler original = Original();
        original.AppendFormatted(value, format);
        Take(ref original);
    }

    /// <summary>Appends a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="alignment">Least number of characters; negative to align left.</param>
    public void AppendFormatted<T>(T value, int alignment)
    {
        DefaultInterpolatedStringHandler original = Original();
        original.AppendFormatted(value, alignment);
        Take(ref original);
    }

    /// <summary>Appends a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="alignment">Least number of characters; negative to align left.</param>
    /// <param name="format">Its format.</param>
    public void AppendFormatted<T>(T value, int alignment, string? format)
    {
        DefaultInterpolatedStringHandler original = Original();
        original.AppendFormatted(value, alignment, format);
        Take(ref original);
    }

    /// <summary>Appends characters.</summary>
    /// <param name="value">The characters.</param>
    public void AppendFormatted(ReadOnlySpan<char> value) => Append(value);

    /// <summary>Appends characters.</summary>
    /// <param name="value">The characters.</param>
    /// <param name="alignment">Least number of characters; negative to align left.</param>
    /// <param name="format">Not looked at.</param>
    public void AppendFormatted(ReadOnlySpan<char> value, int alignment = 0, string? format = null)
    {
        DefaultInterpolatedStringHandler original = Original();
        original.AppendFormatted(value, alignment, format);
        Take(ref original);
    }

    /// <summary>Appends text.</summary>
    /// <param name="value">The text.</param>
    public void AppendFormatted(string? value)
    {
        DefaultInterpolatedStringHandler original = Original();
        original.AppendFormatted(value);
        Take(ref original);
    }

    /// <summary>Appends text.</summary>
    /// <param name="value">The text.</param>
    /// <param name="alignment">Least number of characters; negative to align left.</param>
    /// <param name="format">For a custom formatter.</param>
    public void AppendFormatted(string? value, int alignment = 0, string? format = null)
    {
        DefaultInterpolatedStringHandler original = Original();
        original.AppendFormatted(value, alignment, format);
        Take(ref original);
    }

    /// <summary>Appends a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="alignment">Least number of characters; negative to align left.</param>
    /// <param name="format">Its format.</param>
    public void AppendFormatted(object? value, int alignment = 0, string? format = null)
    {
        DefaultInterpolatedStringHandler original = Original();
        original.AppendFormatted(value, alignment, format);
        Take(ref original);
    }

    /// <summary>The text; the handler is empty afterwards.</summary>
    /// <returns>The text.</returns>
    public string ToStringAndClear()
    {
        string text = new(_buffer, 0, _length);
        ArrayPool<char>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
        return text;
    }

    // Writes into what is left of the buffer; rents its own when that is too short.
    private readonly DefaultInterpolatedStringHandler Original() => new(0, 1, _provider, _buffer.AsSpan(_length));

    private void Take(ref DefaultInterpolatedStringHandler original)
    {
        ReadOnlySpan<char> text = original.Text;
        if (text.Overlaps(_buffer.AsSpan(_length))) _length += text.Length;
        else Append(text);
        original.Clear();
    }

    private void Append(ReadOnlySpan<char> text)
    {
        if (text.Length > _buffer.Length - _length)
        {
            char[] larger = ArrayPool<char>.Shared.Rent(Math.Max(_length + text.Length, _buffer.Length * 2));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<char>.Shared.Return(_buffer);
            _buffer = larger;
        }
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }
}
