using Learn.Experiments;
using Learn.Lessons;
using Learn.Progress;

namespace Learn.Terminal;

/// <summary>Goes through the lessons with a student.</summary>
internal sealed class Course(IStudent student, ProgressFile progress, ExperimentSize size)
{
    /// <summary>Goes through those that are not done, or one.</summary>
    /// <param name="only">The number of the one; null for all.</param>
    /// <returns>The exit code.</returns>
    internal int Run(int? only)
    {
        Screen.Begin();
        if (progress.Warning is { } warning) Screen.Paragraph(warning, "yellow");
        Screen.Line($"Green threads in {LessonBook.Lessons.Count} lessons. {progress.Summary}.");
        if (only is { } number)
        {
            Teach(LessonBook.Lessons[number - 1]);
            return 0;
        }
        if (progress.Next is null)
        {
            Screen.Line("All lessons are done. Again: --lesson N, or --reset to begin anew.");
            return 0;
        }
        while (progress.Next is { } next)
        {
            Teach(LessonBook.Lessons[next - 1]);
            if (progress.Next is not null && !student.GoesOn()) return 0;
        }
        Screen.Line("All lessons are done. What next: docs/getting-started, docs/choosing.md.", "bold green");
        return 0;
    }

    private void Teach(Lesson lesson)
    {
        Screen.Heading($"Lesson {lesson.Number}: {lesson.Title}");
        foreach (string paragraph in lesson.Text) Screen.Paragraph(paragraph);
        foreach (Term term in lesson.Vocabulary) Screen.Line($"  `{term.Word}`: {term.Meaning}", "grey");
        Screen.Heading("Question");
        Screen.Paragraph(lesson.Question, "bold");
        foreach (Answer answer in lesson.Answers) Screen.Line($"  {answer.Id}) {answer.Text}");
        Screen.Line("");

        string first = Answer(lesson);
        Screen.Heading("Experiment");
        Screen.Paragraph(lesson.Experiment);
        ExperimentResult result = Screen.Live(lesson.Title, report => ExperimentProcess.Measure(lesson.Number, size, report));
        foreach (Chart chart in result.Charts) Screen.Draw(chart);
        foreach (string fact in result.Facts) Screen.Line($"- {fact}");
        foreach (Limit limit in result.Limits)
        {
            Screen.Line($"! Limit: {limit.Problem}.", "yellow");
            Screen.Line($"  Cure: {limit.Cure}.", "yellow");
        }
        Screen.Line("");
        Screen.Paragraph(lesson.Takeaway, "bold green");
        progress.Complete(lesson.Number, first);
        Screen.Line($"{progress.Summary}.");
    }

    // Until the right answer, or there is none any more: then it is told.
    private string Answer(Lesson lesson)
    {
        var before = new List<Answer>();
        while (student.Ask(lesson, before) is { } answer)
        {
            if (answer.Right)
            {
                before.Add(answer);
                break;
            }
            Screen.Paragraph($"✗ {answer.Id}) is wrong. {answer.Why}", "red");
            before.Add(answer);
        }
        Screen.Paragraph($"✓ {lesson.RightAnswer.Id}) {lesson.RightAnswer.Text}. {lesson.RightAnswer.Why}", "green");
        foreach (Answer other in lesson.Answers.Except(before).Where(static answer => !answer.Right))
            Screen.Paragraph($"Why not {other.Id}) {other.Text}: {other.Why}", "grey");
        return before[0].Id;
    }
}
