using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace ApiReference;

/// <summary>XML documentation as Markdown.</summary>
/// <param name="pages">The pages of the types, by documentation id.</param>
internal sealed partial class Comments(IReadOnlyDictionary<string, string> pages)
{
    /// <summary>Everything about a symbol.</summary>
    internal string Of(ISymbol symbol)
    {
        XElement comment = Read(symbol);
        var text = new StringBuilder();
        foreach (XElement part in comment.Elements("summary")) Append(text, "", part);
        Append(text, "Value: ", comment.Element("value"));
        foreach (XElement part in comment.Elements("typeparam").Concat(comment.Elements("param")))
            if (Inline(part).Trim() is { Length: > 0 } said) text.Append($"- `{part.Attribute("name")?.Value}`: {said}\n");
        if (text.Length > 0 && text[^1] == '\n' && text[^2] != '\n') text.Append('\n');
        Append(text, "Returns: ", comment.Element("returns"));
        foreach (XElement part in comment.Elements("exception")) text.Append($"- throws {Reference(part.Attribute("cref")?.Value ?? "")}: {Inline(part).Trim()}\n");
        if (text.Length > 1 && text[^1] == '\n' && text[^2] != '\n') text.Append('\n');
        foreach (XElement part in comment.Elements("remarks")) Append(text, "", part);
        foreach (XElement part in comment.Elements("example")) Append(text, "Example: ", part);
        return text.ToString();
    }

    /// <summary>The first sentence of a symbol's summary.</summary>
    internal string FirstSentence(ISymbol symbol)
    {
        string summary = Read(symbol).Element("summary") is { } part ? Inline(part).Trim() : "";
        return SentenceEnd().Match(summary) is { Success: true } end ? summary[..(end.Index + 1)] : summary;
    }

    private static XElement Read(ISymbol symbol)
    {
        string xml = symbol.GetDocumentationCommentXml(expandIncludes: true) ?? "";
        if (xml.Length == 0) return new XElement("member");
        XElement comment = XElement.Parse(xml.StartsWith("<member", StringComparison.Ordinal) ? xml : $"<member>{xml}</member>", LoadOptions.PreserveWhitespace);
        if (comment.Descendants("inheritdoc").Any() && Inherited(symbol) is { } inherited) return Read(inherited);
        return comment;
    }

    private static ISymbol? Inherited(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { OverriddenMethod: { } method } => method,
        IPropertySymbol { OverriddenProperty: { } property } => property,
        _ => symbol.ContainingType?.AllInterfaces.SelectMany(static one => one.GetMembers())
            .FirstOrDefault(member => SymbolEqualityComparer.Default.Equals(symbol.ContainingType.FindImplementationForInterfaceMember(member), symbol)),
    };

    private void Append(StringBuilder text, string before, XElement? part)
    {
        if (part is null) return;
        string said = Block(part);
        if (said.Length > 0) text.Append($"{before}{said}\n\n");
    }

    // Paragraphs, lists and code; the rest is in the line.
    private string Block(XElement part)
    {
        var text = new StringBuilder();
        foreach (XNode node in part.Nodes())
        {
            switch (node)
            {
                case XElement { Name.LocalName: "para" } paragraph:
                    text.Append($"\n\n{Block(paragraph)}\n\n");
                    break;
                case XElement { Name.LocalName: "code" } code:
                    text.Append($"\n\n```\n{Dedent(code.Value)}\n```\n\n");
                    break;
                case XElement { Name.LocalName: "list" } list:
                    text.Append("\n\n");
                    foreach (XElement item in list.Elements("item")) text.Append($"- {Inline(item).Trim()}\n");
                    text.Append("\n\n");
                    break;
                default:
                    text.Append(Inline(node));
                    break;
            }
        }
        return BlankLines().Replace(text.ToString(), "\n\n").Trim();
    }

    private string Inline(XNode node) => node switch
    {
        XText text => Spaces().Replace(text.Value, " ").Replace("<", "&lt;", StringComparison.Ordinal),
        XElement { Name.LocalName: "see" or "seealso" } see when see.Attribute("langword") is { } word => $"`{word.Value}`",
        XElement { Name.LocalName: "see" or "seealso" } see when see.Attribute("cref") is { } cref => Reference(cref.Value),
        XElement { Name.LocalName: "paramref" or "typeparamref" } reference => $"`{reference.Attribute("name")?.Value}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement element => string.Concat(element.Nodes().Select(Inline)),
        _ => "",
    };

    private string Reference(string id)
    {
        string name = Parameters().Replace(id.Length > 2 ? id[2..] : id, "");
        string[] parts = [.. name.Split('.').Select(static part => Arity().Replace(part, ""))];
        bool type = id.StartsWith("T:", StringComparison.Ordinal);
        string shown = type ? parts[^1] : string.Join('.', parts[Math.Max(0, parts.Length - 2)..]);
        string owner = type ? id : "T:" + name[..Math.Max(0, name.LastIndexOf('.'))];
        return pages.TryGetValue(owner, out string? page) ? $"[`{shown}`]({page})" : $"`{shown}`";
    }

    private static string Dedent(string code)
    {
        string[] lines = code.Trim('\n', '\r').Split('\n');
        int margin = lines.Where(static line => line.Trim().Length > 0).Select(static line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(line => line.Length > margin ? line[margin..].TrimEnd() : "")).TrimEnd();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\s*\n\s*\n\s*")]
    private static partial Regex BlankLines();

    [GeneratedRegex(@"\(.*\)$")]
    private static partial Regex Parameters();

    [GeneratedRegex(@"``?\d+")]
    private static partial Regex Arity();

    [GeneratedRegex(@"\.(?=\s|$)")]
    private static partial Regex SentenceEnd();
}
