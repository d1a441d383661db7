using System.Globalization;
using System.Text;

namespace GreenThreads.Shape.Tests.Harness;

/// <summary>What a case says, line by line.</summary>
public sealed class Report
{
    private readonly StringBuilder _text = new();

    public void Add(object? value) => _text.Append(CultureInfo.InvariantCulture, $"{value ?? "null"}").Append('\n');

    public void AddAll<T>(IEnumerable<T> values)
    {
        foreach (T value in values) Add(value);
    }

    /// <summary>Adds the result, or what was thrown.</summary>
    public void Try(Func<object?> action)
    {
        try
        {
            Add(action());
        }
        catch (Exception e)
        {
            Add($"{e.GetType().Name}: {e.Message}");
        }
    }

    public override string ToString() => _text.ToString();
}
