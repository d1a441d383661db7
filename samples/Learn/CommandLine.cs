using System.CommandLine;
using System.Text.Json;
using Learn.Experiments;
using Learn.Lessons;
using Learn.Progress;
using Learn.Publishing;
using Learn.Terminal;

namespace Learn;

/// <summary>The commands and options of the program.</summary>
internal static class CommandLine
{
    /// <summary>The command line.</summary>
    internal static RootCommand Create()
    {
        var lesson = new Option<int?>("--lesson", "-l") { Description = "Only this lesson, also if it is done.", HelpName = "N" };
        lesson.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int?>() is { } number && (number < 1 || number > LessonBook.Lessons.Count)) result.AddError($"--lesson has to be between 1 and {LessonBook.Lessons.Count}.");
        });
        var answers = new Option<FileInfo?>("--answers") { Description = "Take the answers from this file, a line for each lesson: '1: b' (or '1: a, b', tried in this order).", HelpName = "FILE" };
        var reset = new Option<bool>("--reset") { Description = "Forget all progress first." };
        var progress = new Option<FileInfo?>("--progress") { Description = $"Where the progress is kept (default: the user's data folder, or {ProgressFile.Variable}).", HelpName = "FILE" };
        var quick = new Option<bool>("--quick") { Description = "Small experiments: some seconds for all." };

        var root = new RootCommand("Five short lessons on green threads: a question, its answers, and an experiment on this machine that proves it.")
        {
            lesson, answers, reset, progress, quick,
        };
        root.SetAction(parsed => Guarded(() =>
        {
            var file = new ProgressFile(parsed.GetValue(progress)?.FullName ?? ProgressFile.DefaultPath, LessonBook.Lessons.Count);
            if (parsed.GetValue(reset)) file.Reset();
            IStudent student = parsed.GetValue(answers) is { } given ? AnswerFile.Read(given) : Screen.IsInteractive ? new PromptingStudent() : new LineStudent(Console.In);
            return new Course(student, file, SizeOf(parsed.GetValue(quick))).Run(parsed.GetValue(lesson));
        }));
        root.Subcommands.Add(Measure(quick));
        root.Subcommands.Add(Page(quick));
        root.Subcommands.Add(Docs());
        return root;
    }

    private static Command Measure(Option<bool> quick)
    {
        var output = new Option<FileInfo>("--output", "-o") { Description = "The file.", Required = true };
        var command = new Command("measure", "Runs all experiments and writes what they measured to a file, for the pages.") { output, quick };
        command.SetAction(parsed => Guarded(() =>
        {
            Write(parsed.GetValue(output)!, JsonSerializer.Serialize(Experiments.MeasuredRuns.Measure(SizeOf(parsed.GetValue(quick))), LearnJson.Default.MeasuredRun) + "\n");
            return 0;
        }));
        return command;
    }

    private static Command Page(Option<bool> quick)
    {
        var output = new Option<FileInfo>("--output", "-o") { Description = "The file.", Required = true };
        var run = new Option<FileInfo?>("--run") { Description = "Take the numbers from this file of 'measure' instead of measuring now." };
        var command = new Command("page", "Writes the lessons as one web page, with the numbers of a run.") { output, run, quick };
        command.SetAction(parsed => Guarded(() =>
        {
            MeasuredRun measured = parsed.GetValue(run) is { } file ? MeasuredRuns.Read(file) : MeasuredRuns.Measure(SizeOf(parsed.GetValue(quick)));
            Write(parsed.GetValue(output)!, WebPage.Write(LessonBook.Lessons, measured));
            return 0;
        }));
        return command;
    }

    private static Command Docs()
    {
        var output = new Option<DirectoryInfo>("--output", "-o") { Description = "The folder of the pages; its measured.json has the numbers.", Required = true };
        var command = new Command("docs", "Writes the lessons as pages.") { output };
        command.SetAction(parsed => Guarded(() =>
        {
            DirectoryInfo folder = parsed.GetValue(output)!;
            MeasuredRun measured = MeasuredRuns.Read(new FileInfo(Path.Combine(folder.FullName, "measured.json")));
            foreach ((string name, string text) in MarkdownPages.Write(LessonBook.Lessons, measured)) Write(new FileInfo(Path.Combine(folder.FullName, name)), text);
            return 0;
        }));
        return command;
    }

    private static ExperimentSize SizeOf(bool quick) => quick ? ExperimentSize.Quick : ExperimentSize.Full;

    private static void Write(FileInfo file, string text)
    {
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
        Console.WriteLine($"Written: {file.FullName}");
    }

    // What the user can mend is a line, not a stack trace.
    private static int Guarded(Func<int> run)
    {
        try
        {
            return run();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or AnswersException)
        {
            Console.Error.WriteLine(exception.Message);
            return 2;
        }
        finally
        {
            ChildProcess.EndAll();
        }
    }
}
