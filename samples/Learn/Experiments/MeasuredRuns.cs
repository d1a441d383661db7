using System.Text.Json;
using Incident.Measurement;
using Learn.Lessons;

namespace Learn.Experiments;

/// <summary>All experiments one after the other, and files of them.</summary>
internal static class MeasuredRuns
{
    /// <summary>Measures now.</summary>
    internal static MeasuredRun Measure(ExperimentSize size)
    {
        var results = new List<ExperimentResult>();
        foreach (Lesson lesson in LessonBook.Lessons)
        {
            Console.WriteLine($"Lesson {lesson.Number}: {lesson.Title}");
            results.Add(ExperimentProcess.Measure(lesson.Number, size, static (_, _) => { }));
        }
        string memory = ProcFs.TotalBytes() is > 0 and var bytes ? $", {bytes / (double)(1 << 30):0} GiB" : "";
        return new MeasuredRun(DateTimeOffset.UtcNow, $"{Environment.ProcessorCount} cores{memory}, .NET {Environment.Version}", [.. results]);
    }

    /// <summary>Reads a file that <c>measure</c> has written.</summary>
    /// <exception cref="IOException">It is not one.</exception>
    internal static MeasuredRun Read(FileInfo file)
    {
        try
        {
            MeasuredRun run = JsonSerializer.Deserialize(File.ReadAllText(file.FullName), LearnJson.Default.MeasuredRun) ?? throw new JsonException("it holds null");
            if (run.Results.Length != LessonBook.Lessons.Count) throw new JsonException($"it has {run.Results.Length} results, not {LessonBook.Lessons.Count}");
            return run;
        }
        catch (JsonException exception)
        {
            throw new IOException($"{file.FullName} is not a file of 'measure': {exception.Message}", exception);
        }
    }
}
