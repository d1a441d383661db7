using Learn.Lessons;

namespace Learn.Terminal;

/// <summary>Answers that come as lines with a letter, from a pipe or a terminal that cannot do more.</summary>
/// <param name="input">The lines.</param>
internal sealed class LineStudent(TextReader input) : IStudent
{
    /// <inheritdoc/>
    public Answer? Ask(Lesson lesson, IReadOnlyList<Answer> before)
    {
        while (true)
        {
            Console.Write("Your answer (a letter): ");
            if (input.ReadLine() is not { } line)
            {
                Console.WriteLine();
                throw new AnswersException($"There is no answer to lesson {lesson.Number}: the input has ended. To run unattended, give a file: --answers FILE.");
            }
            Console.WriteLine();
            if (lesson.Answers.FirstOrDefault(answer => string.Equals(answer.Id, line.Trim(), StringComparison.OrdinalIgnoreCase)) is { } answer) return answer;
            Console.WriteLine($"'{line.Trim()}' is none of {string.Join(", ", lesson.Answers.Select(static answer => answer.Id))}.");
        }
    }

    /// <inheritdoc/>
    public bool GoesOn() => true;
}
