using GreenThreads.Weaver.Diagnostics;

namespace GreenThreads.Weaver;

/// <summary>What the tool is asked to do.</summary>
internal sealed record WeaveOptions
{
    /// <summary>The assembly: the compiler's output, or a library that somebody else compiled.</summary>
    public required string Input { get; init; }

    /// <summary>Where the woven assembly goes; its PDB goes beside it.</summary>
    public required string Output { get; init; }

    /// <summary>The key pair to sign with; null for none.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Where the report goes, and in which form; null for none.</summary>
    public string? ReportFile { get; init; }

    /// <summary>Assemblies whose blocking members all have asynchronous twins, by name.</summary>
    public IReadOnlyList<string> Twins { get; init; } = [];

    /// <summary>Whether calls get the hook with which tests force suspensions.</summary>
    public bool Chaos { get; init; }

    /// <summary>
    /// Whether somebody else compiled it: ready-to-run code is dropped, a strong name without key becomes delay-signed, and
    /// what pins goes to the report only, since the user cannot change it.
    /// </summary>
    public bool IsLibrary { get; init; }
}
