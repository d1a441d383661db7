using System.Collections;
using System.Globalization;

namespace GreenThreads.Corpus;

/// <summary>
/// Everything that a case lets the world see, in order. Two runs of a case are equal when their traces are. Not woven:
/// it never waits, and the corpus also has to call something that is not woven.
/// </summary>
[NotWoven]
public sealed class Trace
{
    private readonly List<string> _lines = [];

    /// <summary>The lines so far.</summary>
    public string[] Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    /// <summary>Adds a line.</summary>
    public void Log(string line)
    {
        lock (_lines) _lines.Add(line);
    }

    /// <summary>Adds a value.</summary>
    public void Add(object? value) => Log(Format(value));

    /// <summary>Adds a value with its name.</summary>
    public void Add(string name, object? value) => Log($"{name} = {Format(value)}");

    /// <summary>Adds a line and gives the value back: shows the order of evaluation.</summary>
    public T Seen<T>(T value)
    {
        Log($"seen {Format(value)}");
        return value;
    }

    /// <summary>Adds what an exception shows to the program.</summary>
    public void Caught(Exception exception)
    {
        Log($"caught {exception.GetType().Name}: {exception.Message}");
        if (exception is AggregateException aggregate)
        {
            foreach (Exception each in aggregate.InnerExceptions) Log($"  with {each.GetType().Name}: {each.Message}");
        }
        else if (exception.InnerException is { } inner)
        {
            Log($"  because {inner.GetType().Name}: {inner.Message}");
        }
    }

    private static string Format(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        char character => $"'{character}'",
        IEnumerable sequence and not IFormattable => $"[{string.Join(", ", sequence.Cast<object?>().Select(Format))}]",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
