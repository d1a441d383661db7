using GreenThreads.Docs.Tests.Infrastructure;

namespace GreenThreads.Docs.Tests.Learn;

/// <summary>samples/Learn, run as a user runs it, with small experiments.</summary>
public sealed class LearnTests : IDisposable
{
    private const string RightAnswers = "1: b\n2: c\n3: b   # a comment\n\n4: d\n5: a\n";

    private readonly TemporaryFolder _folder = new();
    private readonly SiblingProgram _learn = new("Learn");

    private string Progress => _folder.PathOf("learn.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_lessons_run_unattended_and_show_what_they_measured()
    {
        (int exitCode, string output) = Run(RightAnswers);
        Assert.True(exitCode == 0, output);
        Assert.Contains("0 / 5 completed", output);
        for (int lesson = 1; lesson <= 5; lesson++) Assert.Contains($"{lesson} / 5 completed", output);
        Assert.Matches(@"20,000 green threads were alive at the same time\. \d+ OS threads ran them", Joined(output));
        Assert.Matches(@"A waiting OS thread keeps [\d,]+ bytes .* a green thread [\d,]+: [\d,]+ times less", Joined(output));
        Assert.Matches(@"GT2001", output);
        Assert.Matches(@"1,000 OS threads could be started", Joined(output));
        Assert.Matches(@"An OS thread for each connection: 300 of 300 connections answered", Joined(output));
        Assert.Matches(@"A green thread for each connection: 300 of 300 connections answered", Joined(output));
        Assert.Matches(@"8 OS threads needed [\d,]+ ms", Joined(output));
        Assert.DoesNotContain("\u001b[", output); // plain text where there is no terminal

        (exitCode, output) = Run(RightAnswers);
        Assert.Equal(0, exitCode);
        Assert.Contains("5 / 5 completed", output);
        Assert.Contains("All lessons are done", output);
    }

    [Fact]
    public void Lessons_that_are_done_are_not_repeated_unless_asked_for()
    {
        WriteProgress("""{"version":1,"completed":[{"lesson":1,"firstAnswer":"b","time":"2026-01-01T00:00:00+00:00"},{"lesson":2,"firstAnswer":"a","time":"2026-01-01T00:00:00+00:00"},{"lesson":3,"firstAnswer":"b","time":"2026-01-01T00:00:00+00:00"},{"lesson":4,"firstAnswer":"b","time":"2026-01-01T00:00:00+00:00"}]}""");
        (int exitCode, string output) = Run("5: d, a\n");
        Assert.True(exitCode == 0, output);
        Assert.Contains("4 / 5 completed", output);
        Assert.DoesNotContain("Lesson 1:", output);
        Assert.Contains("d) is wrong.", output); // and why, then the right one
        Assert.Contains("Blocking calls integrate simply", output);
        Assert.Contains("5 / 5 completed", output);
    }

    [Fact]
    public void Reset_forgets_and_lesson_takes_one()
    {
        WriteProgress("""{"version":1,"completed":[{"lesson":1,"firstAnswer":"b","time":"2026-01-01T00:00:00+00:00"}]}""");
        (int exitCode, string output) = Run("1: b\n", "--reset", "--lesson", "1");
        Assert.True(exitCode == 0, output);
        Assert.Contains("0 / 5 completed", output);
        Assert.Contains("1 / 5 completed", output);
        Assert.DoesNotContain("Lesson 2:", output);
    }

    [Fact]
    public void Answers_come_from_the_input_too_and_its_end_is_said()
    {
        (int exitCode, string output) = _learn.Run("x\na\nb\n", "--progress", Progress, "--quick");
        Assert.Equal(2, exitCode);
        Assert.Contains("'x' is none of a, b, c, d", output);
        Assert.Contains("a) is wrong.", output);
        Assert.Contains("1 / 5 completed", output);
        Assert.Contains("no answer to lesson 2: the input has ended", output);
    }

    [Theory]
    [InlineData("{\"version\":1,\"compl", "cannot be read")]
    [InlineData("[]", "cannot be read")]
    [InlineData("{\"version\":9,\"completed\":[]}", "is from a newer version of this program (9; this one knows 1)")]
    [InlineData("{\"version\":2,\"lessons\":{\"one\":true}}", "is from a newer version of this program (2; this one knows 1)")]
    [InlineData("{\"version\":1,\"completed\":[{\"lesson\":77,\"firstAnswer\":\"b\",\"time\":\"2026-01-01T00:00:00+00:00\"}]}", "names lesson 77")]
    public void A_progress_file_that_cannot_be_used_is_kept_and_said(string text, string said)
    {
        WriteProgress(text);
        File.WriteAllText(Progress + ".old-1", "of an earlier time");
        (int exitCode, string output) = Run("1: b\n", "--lesson", "1");
        Assert.True(exitCode == 0, output);
        Assert.Contains(said, Joined(output));
        Assert.Contains("0 / 5 completed", output);
        Assert.Contains("1 / 5 completed", output);
        Assert.Equal(text, File.ReadAllText(Progress + ".old-2"));
        Assert.Equal("of an earlier time", File.ReadAllText(Progress + ".old-1"));
        Assert.Contains("\"lesson\":1", File.ReadAllText(Progress));
    }

    [Theory]
    [InlineData("1: z\n", "lesson 1 has no answer 'z', only a, b, c, d")]
    [InlineData("seven: b\n", "is not 'N: letter'")]
    [InlineData("2: b\n", "has no answer to lesson 1")]
    public void An_answer_file_that_does_not_answer_is_an_error_that_says_so(string answers, string said)
    {
        (int exitCode, string output) = Run(answers);
        Assert.Equal(2, exitCode);
        Assert.Contains(said, Joined(output));
    }

    [Fact]
    public void An_experiment_that_the_machine_forbids_says_the_limit_and_the_cure_and_shows_what_it_could_measure()
    {
        File.WriteAllText(_folder.PathOf("answers.txt"), RightAnswers);
        string[] arguments = ["--answers", _folder.PathOf("answers.txt"), "--progress", Progress, "--quick", "--lesson", "4"];
        // of 400 files 200 are left to the runtime
        (int exitCode, string output) = _learn.RunWithOpenFiles(400, arguments);
        Assert.True(exitCode == 0, output);
        Assert.Contains("Limit: A process may have 400 open files, too few for 300 connections; measured with 200.", Joined(output));
        Assert.Contains("Cure: ulimit -Hn, LimitNOFILE of the service.", Joined(output));
        Assert.Contains("A green thread for each connection: 200 of 200 connections answered", Joined(output));
        Assert.Contains("1 / 5 completed", output);

        // too few for any measurement: the lesson goes on without
        (exitCode, output) = _learn.RunWithOpenFiles(220, [.. arguments, "--reset"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("Limit: A process may have 220 open files, too few for 300 connections; not measured.", Joined(output));
        Assert.DoesNotContain("connections answered at the end", Joined(output));
    }

    [Fact]
    public void A_lesson_that_does_not_exist_is_refused()
    {
        (int exitCode, string output) = Run(RightAnswers, "--lesson", "6");
        Assert.NotEqual(0, exitCode);
        Assert.Contains("between 1 and 5", output);
    }

    private (int ExitCode, string Output) Run(string answers, params string[] arguments)
    {
        string file = _folder.PathOf("answers.txt");
        File.WriteAllText(file, answers);
        return _learn.Run(null, ["--answers", file, "--progress", Progress, "--quick", .. arguments]);
    }

    private void WriteProgress(string text) => File.WriteAllText(Progress, text);

    // As if no line had been wrapped.
    private static string Joined(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
