using System.Globalization;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace ApiReference;

/// <summary>The XML documentation of an assembly, from the file beside it.</summary>
/// <param name="file">The file.</param>
internal sealed class DocumentationFile(string file) : DocumentationProvider
{
    private readonly string _file = file;

    private readonly Dictionary<string, string> _members = XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("member")
        .ToDictionary(static member => member.Attribute("name")!.Value, static member => member.ToString(SaveOptions.DisableFormatting));

    /// <inheritdoc/>
    public override bool Equals(object? other) => other is DocumentationFile documentation && documentation._file == _file;

    /// <inheritdoc/>
    public override int GetHashCode() => _file.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    protected override string? GetDocumentationForSymbol(string documentationMemberID, CultureInfo preferredCulture, CancellationToken cancellationToken = default) =>
        _members.GetValueOrDefault(documentationMemberID);
}
