namespace GreenThreads.Review;

/// <summary>On which findings the command fails.</summary>
internal enum FailOn
{
    /// <summary>On none.</summary>
    None,

    /// <summary>On errors: projects that could not be read.</summary>
    Error,

    /// <summary>On warnings and errors.</summary>
    Warning,

    /// <summary>On every finding.</summary>
    Info,
}

/// <summary>What the command line asks for.</summary>
/// <param name="Target">Solution, project, folder or file.</param>
/// <param name="SarifFile">Where SARIF goes, or null.</param>
/// <param name="HtmlFile">Where the page goes, or null.</param>
/// <param name="Fix">Whether the files are converted.</param>
/// <param name="Pins">Whether it is found out what pins.</param>
/// <param name="FailOn">On what it fails.</param>
internal sealed record ReviewOptions(string Target, string? SarifFile, string? HtmlFile, bool Fix, bool Pins, FailOn FailOn);
