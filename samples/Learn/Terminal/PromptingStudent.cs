using Learn.Lessons;
using Spectre.Console;

namespace Learn.Terminal;

/// <summary>Somebody at a terminal, who chooses with the arrow keys.</summary>
internal sealed class PromptingStudent : IStudent
{
    /// <inheritdoc/>
    public Answer? Ask(Lesson lesson, IReadOnlyList<Answer> before) => AnsiConsole.Prompt(
        new SelectionPrompt<Answer>()
            .Title("[grey]Choose with the arrow keys, then Enter:[/]")
            .UseConverter(static answer => $"{answer.Id}) {Screen.MarkupOf(answer.Text)}")
            .AddChoices(lesson.Answers.Except(before)));

    /// <inheritdoc/>
    public bool GoesOn() => AnsiConsole.Confirm("Go on with the next lesson?");
}
