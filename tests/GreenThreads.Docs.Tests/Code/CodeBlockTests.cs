using GreenThreads.Docs.Tests.Infrastructure;

namespace GreenThreads.Docs.Tests.Code;

/// <summary>The C# of README and pages is C# that compiles, and where it can be run, runs. How: <see cref="CodeBlock"/>.</summary>
public class CodeBlockTests
{
    private static readonly CodeBlock[] s_blocks = [.. Pages.All.SelectMany(static page => CodeBlock.Of(page, Pages.LinesOf(page)))];

    public static TheoryData<string> CompiledPages { get; } =
        [.. s_blocks.Where(static block => block.Exempt is null).Select(static block => block.Page).Distinct()];

    public static TheoryData<string> Programs { get; } = [.. s_blocks.Where(static block => block.Runs).Select(static block => block.ToString())];

    public static TheoryData<string> Reported { get; } =
        [.. s_blocks.Where(static block => block.Reports.Length > 0).Select(static block => block.ToString())];

    [Theory]
    [MemberData(nameof(CompiledPages))]
    public void The_code_of_a_page_compiles(string page)
    {
        string[] errors = [.. s_blocks.Where(block => block.Page == page && block.Exempt is null).SelectMany(static block => CodeCompiler.Compile(block))];
        Assert.True(
            errors.Length == 0,
            $"{string.Join('\n', errors)}\nA fragment needs a comment above it that names its context: see tests/GreenThreads.Docs.Tests/Code/CodeBlock.cs.");
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_of_a_page_runs_woven_and_prints_what_the_page_says(string name)
    {
        CodeBlock block = Find(name);
        using var program = new WovenProgram(block);
        string printed = program.Run().ReplaceLineEndings("\n").Trim();
        if (block.Prints is { } expected) Assert.Equal(expected, printed);
    }

    [Theory]
    [MemberData(nameof(Reported))]
    public void The_weaver_reports_what_the_page_says(string name)
    {
        CodeBlock block = Find(name);
        using var program = new WovenProgram(block);
        Assert.All(block.Reports, id => Assert.Contains(id, program.Report));
    }

    [Fact]
    public void Comments_of_code_blocks_are_read()
    {
        string[] page =
        [
            "<!-- code: program, run -->", "```csharp", "int x = 1;", "```", "prints:", "```text", "1", "```",
            "<!-- code: not compiled, because it is half of a line -->", "```csharp", "int", "```", "```csharp", "return;", "```",
        ];
        CodeBlock[] blocks = [.. CodeBlock.Of("a.md", page)];
        Assert.Equal(["program", "default", "default"], blocks.Select(static block => block.Context));
        Assert.Equal([true, false, false], blocks.Select(static block => block.Runs));
        Assert.Equal(["1", null, null], blocks.Select(static block => block.Prints));
        Assert.Equal([null, "because it is half of a line", null], blocks.Select(static block => block.Exempt));
        Assert.Equal([3, 11, 14], blocks.Select(static block => block.Line));
    }

    [Fact]
    public void A_block_that_does_not_compile_is_found_at_its_line()
    {
        string[] page = ["text", "```csharp", "int x = 1;", "int y = \"one\";", "```"];
        string error = Assert.Single(CodeCompiler.Compile(Assert.Single(CodeBlock.Of("a.md", page))));
        Assert.StartsWith("a.md(4,9): error CS0029", error);
    }

    private static CodeBlock Find(string name) => s_blocks.Single(block => block.ToString() == name);
}
