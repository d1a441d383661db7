namespace Learn.Progress;

/// <summary>The progress file.</summary>
/// <param name="Version">Of the format.</param>
/// <param name="Completed">The lessons that are done.</param>
internal sealed record ProgressDocument(int Version, CompletedLesson[] Completed);

/// <summary>A lesson that is done.</summary>
/// <param name="Lesson">Its number.</param>
/// <param name="FirstAnswer">The letter that was answered first.</param>
/// <param name="Time">When.</param>
internal sealed record CompletedLesson(int Lesson, string FirstAnswer, DateTimeOffset Time);
