using FluentValidation;
using GreenThreads.Libraries.Tests.Harness;
using Markdig;
using Markdig.Renderers;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace GreenThreads.Libraries.Tests.Cases;

/// <summary>YamlDotNet, Markdig and FluentValidation with readers, writers and rules that wait.</summary>
public static class MarkupCases
{
    [LibraryCase]
    public static string Yaml_is_read_and_written()
    {
        const string text = "name: Ada\nlist:\n- 1\n- 2\nnested: &a\n  key: value\n  text: |\n    two\n    lines\nagain: *a\n";
        IDeserializer reader = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build();
        Document document = reader.Deserialize<Document>(new SlowReader(text));
        var writer = new SlowWriter();
        new SerializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).WithNewLine("\n").Build().Serialize(writer, document);
        string error = "";
        try
        {
            reader.Deserialize<Document>(new SlowReader("name: [1, 2\nlist: {"));
        }
        catch (YamlDotNet.Core.YamlException e)
        {
            error = $"{e.GetType().Name} {e.Start}";
        }
        return writer + error;
    }

    [LibraryCase]
    public static string Markdown_is_rendered()
    {
        MarkdownPipeline pipeline = new MarkdownPipelineBuilder().UseAdvancedExtensions().Build();
        var writer = new SlowWriter();
        var renderer = new HtmlRenderer(writer);
        pipeline.Setup(renderer);
        renderer.ObjectWriteBefore += (_, _) => Waits.Once();
        renderer.Render(Markdown.Parse("# Title\n\nSome *text* with `code` and a [link](http://x).\n\n- [ ] one\n- [x] two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```cs\nint x;\n```\n", pipeline));
        return writer.ToString();
    }

    [LibraryCase]
    public static string Rules_are_validated()
    {
        var validator = new InlineValidator<Document>();
        validator.RuleFor(d => d.Name).NotEmpty().Must(n => Waits.Then(n != "Bob")).WithMessage(d => Waits.Then($"'{d.Name}' is taken"));
        validator.RuleForEach(d => d.List).InclusiveBetween(1, 3).When(d => Waits.Then(d.List.Count > 0));
        validator.RuleFor(d => d.Nested).NotNull().ChildRules(n => n.RuleFor(x => x!["key"]).Equal("value"));
        var bad = new Document { Name = "Bob", List = [1, 9], Nested = new() { ["key"] = "other" } };
        return string.Join("\n", validator.Validate(bad).Errors.Select(e => $"{e.PropertyName}: {e.ErrorMessage} {e.ErrorCode}")) + validator.Validate(new Document { Name = "Ada", Nested = new() { ["key"] = "value" } }).IsValid;
    }

    public sealed class Document
    {
        public string Name { get; set { Waits.Once(); field = value; } } = "";
        public List<int> List { get; set; } = [];
        public Dictionary<string, string>? Nested { get => Waits.Then(field); set; }
        public Dictionary<string, string>? Again { get; set; }
    }
}
