using Microsoft.CodeAnalysis;

namespace GreenThreads.Review.Analysis;

/// <summary>A place that the review points at.</summary>
/// <param name="Project">The project's name.</param>
/// <param name="Id">The diagnostic's id; null for a project that could not be read.</param>
/// <param name="Severity">Its severity.</param>
/// <param name="File">The file, absolute; null where there is none.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Message">What is there.</param>
/// <param name="Converted">Whether the code fix converts it.</param>
internal sealed record Finding(string Project, string Id, DiagnosticSeverity Severity, string? File, int Line, int Column, string Message, bool Converted);

/// <summary>A project that could not be read, or only in part.</summary>
/// <param name="Project">Its name or file.</param>
/// <param name="Reason">Why.</param>
internal sealed record Trouble(string Project, string Reason);

/// <summary>What came out.</summary>
internal sealed class ReviewResult
{
    /// <summary>The names of the projects that were reviewed.</summary>
    public List<string> Projects { get; } = [];

    /// <summary>What the analyzers report.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>What pins, in the code as it is after the conversion.</summary>
    public List<Finding> Pins { get; } = [];

    /// <summary>What could not be read.</summary>
    public List<Trouble> Troubles { get; } = [];

    /// <summary>The files that were changed.</summary>
    public List<string> Changed { get; } = [];
}
