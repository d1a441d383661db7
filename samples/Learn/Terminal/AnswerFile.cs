using System.Globalization;
using Learn.Lessons;

namespace Learn.Terminal;

/// <summary>Answers from a file, for runs without anybody there.</summary>
internal sealed class AnswerFile : IStudent
{
    private readonly string _name;
    private readonly Dictionary<int, string[]> _answers = [];

    private AnswerFile(string name) => _name = name;

    /// <summary>Reads the file.</summary>
    /// <exception cref="AnswersException">A line is not 'number: letters'.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static AnswerFile Read(FileInfo file)
    {
        var read = new AnswerFile(file.FullName);
        string[] lines = File.ReadAllLines(file.FullName);
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Split('#')[0].Trim();
            if (line.Length == 0) continue;
            string[] parts = line.Split(':', 2, StringSplitOptions.TrimEntries);
            Lesson? lesson = int.TryParse(parts[0], CultureInfo.InvariantCulture, out int number) ? LessonBook.Lessons.FirstOrDefault(one => one.Number == number) : null;
            if (parts.Length != 2 || lesson is null) throw new AnswersException($"{file.FullName}({i + 1}): '{line}' is not 'N: letter' with N from 1 to {LessonBook.Lessons.Count}.");
            string[] letters = parts[1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (letters.FirstOrDefault(letter => !lesson.Answers.Any(answer => answer.Id == letter)) is { } unknown)
                throw new AnswersException($"{file.FullName}({i + 1}): lesson {number} has no answer '{unknown}', only {string.Join(", ", lesson.Answers.Select(static answer => answer.Id))}.");
            read._answers[number] = letters;
        }
        return read;
    }

    /// <inheritdoc/>
    public Answer? Ask(Lesson lesson, IReadOnlyList<Answer> before)
    {
        if (!_answers.TryGetValue(lesson.Number, out string[]? letters) || letters.Length == 0)
            throw new AnswersException($"{_name} has no answer to lesson {lesson.Number}: add a line '{lesson.Number}: letter'.");
        return before.Count < letters.Length ? lesson.Answers.Single(answer => answer.Id == letters[before.Count]) : null;
    }

    /// <inheritdoc/>
    public bool GoesOn() => true;
}
