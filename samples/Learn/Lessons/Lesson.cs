namespace Learn.Lessons;

/// <summary>One lesson: what is taught, asked and shown. All texts come from lessons.json.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Name">A short name, for files.</param>
/// <param name="Title">The title.</param>
/// <param name="Text">What is taught, in paragraphs; `code` between back quotes.</param>
/// <param name="Question">The question.</param>
/// <param name="Answers">Its answers, one of them right.</param>
/// <param name="Vocabulary">The words that the lesson teaches.</param>
/// <param name="Experiment">What the experiment does.</param>
/// <param name="Takeaway">What to remember.</param>
internal sealed record Lesson(
    int Number, string Name, string Title, string[] Text, string Question, Answer[] Answers, Term[] Vocabulary, string Experiment, string Takeaway)
{
    /// <summary>The answer that is right.</summary>
    internal Answer RightAnswer => Answers.Single(static answer => answer.Right);
}

/// <summary>One answer.</summary>
/// <param name="Id">Its letter.</param>
/// <param name="Text">What it says.</param>
/// <param name="Right">Whether it is right.</param>
/// <param name="Why">Why it is right or wrong.</param>
internal sealed record Answer(string Id, string Text, bool Right, string Why);

/// <summary>A word and what it means.</summary>
/// <param name="Word">The word.</param>
/// <param name="Meaning">What it means.</param>
internal sealed record Term([property: System.Text.Json.Serialization.JsonPropertyName("term")] string Word, string Meaning);
