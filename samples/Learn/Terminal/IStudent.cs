using Learn.Lessons;

namespace Learn.Terminal;

/// <summary>Who answers the questions.</summary>
internal interface IStudent
{
    /// <summary>An answer to the question of a lesson; null if there is none (any more).</summary>
    /// <param name="lesson">The lesson.</param>
    /// <param name="before">What was answered before, wrongly.</param>
    Answer? Ask(Lesson lesson, IReadOnlyList<Answer> before);

    /// <summary>Whether to go on with the next lesson.</summary>
    bool GoesOn();
}

/// <summary>The answers cannot be read, or are missing.</summary>
/// <param name="message">What to mend.</param>
internal sealed class AnswersException(string message) : Exception(message);
