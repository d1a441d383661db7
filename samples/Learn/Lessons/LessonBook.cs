using System.Text.Json;

namespace Learn.Lessons;

/// <summary>The lessons of lessons.json, from which console, pages and web page are made.</summary>
internal static class LessonBook
{
    // Read when first asked for: reading may wait, and a static constructor could not be suspended.
    private static Lesson[]? s_lessons;

    /// <summary>All lessons, in order.</summary>
    internal static IReadOnlyList<Lesson> Lessons => s_lessons ??= Read();

    private static Lesson[] Read()
    {
        using Stream stream = typeof(LessonBook).Assembly.GetManifestResourceStream("lessons.json")!;
        Lesson[] lessons = JsonSerializer.Deserialize(stream, LearnJson.Default.LessonArray)!;
        for (int i = 0; i < lessons.Length; i++)
        {
            if (lessons[i].Number != i + 1) throw new FormatException($"lessons.json: lesson {i + 1} has the number {lessons[i].Number}.");
            if (lessons[i].Answers.Count(static answer => answer.Right) != 1) throw new FormatException($"lessons.json: lesson {i + 1} needs exactly one right answer.");
        }
        return lessons;
    }
}
