using System.Text;
using System.Text.Json;

namespace GreenThreads.Bench.Compare;

/// <summary>A comparison as JSON: every round, not only the medians.</summary>
[NotWoven]
internal static class JsonReport
{
    /// <summary>Writes it.</summary>
    internal static string Write(Comparison comparison)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("machine", Machine.Describe());
            writer.WriteString("date", DateTime.UtcNow);
            writer.WriteString("loadBefore", comparison.LoadBefore);
            writer.WriteString("loadAfter", comparison.LoadAfter);
            writer.WriteNumber("rounds", comparison.Rounds);
            writer.WriteBoolean("quick", comparison.IsQuick);
            writer.WriteStartArray("systems");
            foreach (Contender contender in comparison.Contenders)
            {
                writer.WriteStartObject();
                writer.WriteString("name", contender.Name);
                writer.WriteBoolean("present", contender.IsPresent);
                writer.WriteString("note", contender.Note);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteStartArray("works");
            foreach (Work work in comparison.Works) Write(writer, comparison, work);
            writer.WriteEndArray();
            writer.WriteStartArray("failures");
            foreach (string failure in comparison.Failures) writer.WriteStringValue(failure);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, Comparison comparison, Work work)
    {
        writer.WriteStartObject();
        writer.WriteString("name", work.Name);
        writer.WriteString("title", work.Title);
        writer.WriteString("unit", work.Unit);
        writer.WriteNumber("size", comparison.SizeOf(work));
        if (work.AtMost is { } most) writer.WriteNumber("atMost", most);
        writer.WriteStartObject("results");
        foreach (Contender contender in comparison.Contenders)
        {
            if (comparison.MedianOf(work, contender) is not { } median) continue;
            writer.WriteStartObject(contender.Name);
            writer.WriteNumber("median", median);
            writer.WriteStartArray("rounds");
            foreach (double result in comparison.ResultsOf(work, contender)) writer.WriteNumberValue(result);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
