using System.Text.Json;

namespace GreenThreads.Weaver.Diagnostics;

/// <summary>The forms of the GreenThreadsReport file.</summary>
internal static class ReportFormats
{
    /// <summary>Writes the file in the form of its extension.</summary>
    public static void Write(string file, WeaveSummary summary, IReadOnlyList<MethodReport> methods)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        switch (Path.GetExtension(file).ToLowerInvariant())
        {
            case ".json": WriteJson(file, summary, methods); break;
            case ".csv": File.WriteAllLines(file, Csv(methods)); break;
            default: File.WriteAllLines(file, Text(summary, methods)); break;
        }
    }

    private static string Name(MethodStatus status) => status switch
    {
        MethodStatus.Untouched => "untouched",
        MethodStatus.Woven => "woven",
        MethodStatus.PinsSomewhere => "woven, pins",
        _ => "pins",
    };

    // A summary, then a line for each method and below it a line for each call that pins: status, tab, what.
    private static IEnumerable<string> Text(WeaveSummary summary, IReadOnlyList<MethodReport> methods)
    {
        yield return $"# {summary}";
        foreach (MethodReport method in methods)
        {
            yield return method.Status is MethodStatus.Woven or MethodStatus.PinsSomewhere
                ? $"woven\t{method.Name}\tsuspends at {method.Suspends} calls, pins at {method.Pinned.Count}"
                : $"{(method.Status == MethodStatus.Pins ? "not woven" : "untouched")}\t{method.Name}";
            foreach (PinnedPlace pin in method.Pinned) yield return $"pins\t{method.Name}\t{pin.Place}: {Id(pin)} {pin.Callee}, because {pin.Reason}";
        }
    }

    // A line for each method, or for each call of it that pins.
    private static IEnumerable<string> Csv(IReadOnlyList<MethodReport> methods)
    {
        yield return "method,status,suspends,id,place,callee,reason";
        foreach (MethodReport method in methods)
        {
            string head = $"{Quote(method.Name)},{Quote(Name(method.Status))},{method.Suspends}";
            if (method.Pinned.Count == 0) yield return $"{head},,,,";
            foreach (PinnedPlace pin in method.Pinned) yield return $"{head},{Id(pin)},{Quote(pin.Place)},{Quote(pin.Callee)},{Quote(pin.Reason)}";
        }
    }

    private static void WriteJson(string file, WeaveSummary summary, IReadOnlyList<MethodReport> methods)
    {
        using FileStream stream = File.Create(file);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("assembly", summary.Assembly);
        json.WriteNumber("methods", summary.Methods);
        json.WriteNumber("woven", summary.Woven);
        json.WriteNumber("mayWait", summary.Waiting);
        json.WriteNumber("pin", summary.Pinning);
        json.WriteNumber("neverPinPercent", Math.Round(summary.NeverPinPercent, 2));
        json.WriteNumber("bytesBefore", summary.BytesBefore);
        json.WriteNumber("bytesAfter", summary.BytesAfter);
        json.WriteStartArray("details");
        foreach (MethodReport method in methods)
        {
            json.WriteStartObject();
            json.WriteString("method", method.Name);
            json.WriteString("status", Name(method.Status));
            json.WriteNumber("suspends", method.Suspends);
            json.WriteStartArray("pins");
            foreach (PinnedPlace pin in method.Pinned)
            {
                json.WriteStartObject();
                json.WriteString("id", Id(pin));
                json.WriteString("place", pin.Place);
                json.WriteNumber("line", pin.Line);
                json.WriteString("callee", pin.Callee);
                json.WriteString("reason", pin.Reason);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Id(PinnedPlace pin) => $"GT{(int)pin.Id:0000}";

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"")}\"";
}
