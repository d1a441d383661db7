using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Diagnostics;

/// <summary>How loudly a message is reported.</summary>
internal enum Severity
{
    /// <summary>Not at all; what pins is still in the report.</summary>
    None,

    /// <summary>As a warning.</summary>
    Warning,

    /// <summary>As an error: nothing is written.</summary>
    Error,
}

/// <summary>
/// The severities that .editorconfig and .globalconfig files give to messages (dotnet_diagnostic.GT1001.severity), by the
/// file of the source line. NoWarn and WarningsAsErrors are MSBuild's, which sees what is printed.
/// </summary>
internal sealed class Severities
{
    private const string Key = "dotnet_diagnostic.GT";

    /// <summary>Everything is a warning.</summary>
    public static readonly Severities Default = new([], null);

    private readonly (string Mapped, string Local)[] _paths;
    private readonly Func<string, string?, Severity?> _lookup;

    /// <param name="files">The configuration files of the compilation; those that do not mention a message are not parsed.</param>
    /// <param name="pathMap">The compiler's path map ("local=mapped,…"), by which the paths in symbols were changed.</param>
    public Severities(IReadOnlyList<string> files, string? pathMap)
    {
        _paths = [.. (pathMap ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).Where(p => p.Length == 2).Select(p => (p[1], p[0]))];
        (string File, string Text)[] texts = [.. files.Where(File.Exists).Select(f => (f, File.ReadAllText(f)))];
        // the parser is the compiler's: it takes longer to load than a small project to weave
        _lookup = texts.Any(t => t.Text.Contains(Key, StringComparison.OrdinalIgnoreCase)) ? Parse(texts) : (_, _) => null;
    }

    /// <summary>The severity of a warning at a file.</summary>
    public Severity Of(DiagnosticId id, string? file) => _lookup($"GT{(int)id:0000}", file is null ? null : LocalPath(file)) ?? Severity.Warning;

    /// <summary>The path on this machine of a path in symbols.</summary>
    public string LocalPath(string path)
    {
        foreach ((string mapped, string local) in _paths)
        {
            if (path.StartsWith(mapped, StringComparison.Ordinal)) return local + path[mapped.Length..];
        }
        return path;
    }

    // Not inlined: the compiler's library is loaded by the first method that uses it.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static Func<string, string?, Severity?> Parse((string File, string Text)[] texts)
    {
        AnalyzerConfigSet configurations = AnalyzerConfigSet.Create(texts.Select(t => AnalyzerConfig.Parse(t.Text, t.File)).ToList());
        return (id, file) =>
        {
            ReportDiagnostic severity;
            bool isSet = file is not null && configurations.GetOptionsForSourcePath(file).TreeOptions.TryGetValue(id, out severity)
                || configurations.GlobalConfigOptions.TreeOptions.TryGetValue(id, out severity);
            if (!isSet) return null;
            return severity switch
            {
                ReportDiagnostic.Error => Severity.Error,
                ReportDiagnostic.Suppress or ReportDiagnostic.Hidden or ReportDiagnostic.Info => Severity.None,
                _ => Severity.Warning,
            };
        };
    }
}
