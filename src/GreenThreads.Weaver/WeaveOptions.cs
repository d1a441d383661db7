namespace GreenThreads.Weaver;

/// <summary>What the tool is asked to do.</summary>
internal sealed record WeaveOptions
{
    /// <summary>The compiler's output.</summary>
    public required string Input { get; init; }

    /// <summary>Where the woven assembly goes; its PDB goes beside it.</summary>
    public required string Output { get; init; }

    /// <summary>The referenced assemblies, as files.</summary>
    public required IReadOnlyList<string> References { get; init; }

    /// <summary>The key pair to sign with; null for none.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Where the report goes; null for none.</summary>
    public string? ReportFile { get; init; }

    /// <summary>Assemblies whose blocking members all have asynchronous twins, by name.</summary>
    public IReadOnlyList<string> Twins { get; init; } = [];

    /// <summary>Whether calls get the hook with which tests force suspensions.</summary>
    public bool Chaos { get; init; }
}
