using System.Collections.Immutable;
using System.IO;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Analyzers.BlockingCalls;

/// <summary>What woven code makes of a blocking call.</summary>
internal enum BlockingCallKind
{
    /// <summary>Replaced by one that suspends.</summary>
    Direct,

    /// <summary>Replaced by a wait for its asynchronous twin.</summary>
    Twin,

    /// <summary>Made on another OS thread meanwhile.</summary>
    Offload,

    /// <summary>Made as it is: the green thread keeps its carrier.</summary>
    Pins,
}

/// <summary>
/// The blocking calls of the base library, by documentation id: the weaver's table, written to BlockingCalls.txt by
/// eng/update-blocking-calls.
/// </summary>
internal sealed class BlockingCallTable
{
    private readonly Dictionary<string, BlockingCallKind> _rows = [];
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<string, HashSet<string>> _types = [];

    private BlockingCallTable()
    {
        using Stream stream = typeof(BlockingCallTable).Assembly.GetManifestResourceStream("BlockingCalls.txt");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            int space = line.IndexOf(' ');
            string id = line.Substring(space + 1);
            _rows[id] = (BlockingCallKind)Enum.Parse(typeof(BlockingCallKind), line.Substring(0, space), ignoreCase: true);
            int end = id.IndexOf('(');
            string member = end < 0 ? id : id.Substring(0, end);
            string name = member.Substring(member.LastIndexOf('.') + 1);
            int arity = name.IndexOf('`');
            if (arity >= 0) name = name.Substring(0, arity);
            string type = member.Substring(2, member.LastIndexOf('.') - 2);
            arity = type.IndexOf('`');
            if (arity >= 0) type = type.Substring(0, arity);
            Add(name, type);
            if (name.StartsWith("get_", StringComparison.Ordinal)) Add(name.Substring(4), type);
        }
    }

    private void Add(string name, string type)
    {
        _names.Add(name);
        if (!_types.TryGetValue(name, out HashSet<string>? types)) _types.Add(name, types = []);
        types.Add(type);
    }

    /// <summary>The one table; it does not depend on the compilation.</summary>
    public static BlockingCallTable Instance { get; } = new();

    /// <summary>All documentation ids.</summary>
    public IEnumerable<string> Ids => _rows.Keys;

    /// <summary>Whether a member of this name may be in the table: asked before anything is bound.</summary>
    public bool MayContain(string? name) => name is not null && _names.Contains(name);

    /// <summary>The names of all members.</summary>
    public IEnumerable<string> Names => _types.Keys;

    /// <summary>The types, with namespaces and without arity, that have a member of this name in the table.</summary>
    public IEnumerable<string> TypesOf(string name) => _types.TryGetValue(name, out HashSet<string>? types) ? types : [];

    /// <summary>The row of a method or property, or of what it overrides: its kind and the member of the table.</summary>
    public (BlockingCallKind Kind, ISymbol Member)? Find(ISymbol? member)
    {
        if (member is IPropertySymbol { GetMethod: { } getter }) member = getter;
        for (var method = member as IMethodSymbol; method is not null; method = method.OverriddenMethod)
        {
            IMethodSymbol definition = (method.ReducedFrom ?? method).OriginalDefinition;
            if (!_names.Contains(definition.Name == ".ctor" ? "#ctor" : definition.Name)) return null;
            if (definition.GetDocumentationCommentId() is { } id && _rows.TryGetValue(id, out BlockingCallKind kind)) return (kind, definition);
        }
        return null;
    }
}
