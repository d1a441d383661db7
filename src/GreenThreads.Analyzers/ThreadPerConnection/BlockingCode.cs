using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO;
using System.Runtime.CompilerServices;
using GreenThreads.Analyzers.BlockingCalls;
using GreenThreads.Analyzers.Code;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Analyzers.ThreadPerConnection;

/// <summary>How long a blocking call can last.</summary>
internal enum BlockingStrength
{
    /// <summary>It does not block, or as long as a disk takes: files, locks.</summary>
    None,

    /// <summary>As long as what is behind an abstract stream, reader or writer takes.</summary>
    Stream,

    /// <summary>Until somebody else does something: connections, tasks, events, sleeping.</summary>
    Wait,
}

/// <summary>Whether code waits, itself or through what it calls in the same source.</summary>
/// <remarks>One for each compilation, shared by the analyzers. Safe for concurrent use.</remarks>
internal sealed class BlockingCode
{
    private const int MaxFunctions = 100;
    private const string Console = "System.Console";

    private static readonly HashSet<string> s_local =
        ["System.IO.File", "System.IO.RandomAccess", "System.Threading.Monitor", "System.Threading.Lock", "System.Threading.SpinWait", "System.Threading.ReaderWriterLockSlim"];

    private static readonly HashSet<string> s_streams =
    [
        "System.IO.Stream", "System.IO.StreamReader", "System.IO.StreamWriter", "System.IO.TextReader", "System.IO.TextWriter", "System.IO.BinaryReader",
        "System.IO.BinaryWriter", "System.Text.Json.JsonSerializer", "System.Xml.Linq.XDocument", "System.Xml.Linq.XElement",
    ];

    private static readonly HashSet<string> s_memory = ["System.IO.MemoryStream", "System.IO.StringReader", "System.IO.StringWriter", "System.IO.FileStream"];

    // BinaryReader and BinaryWriter are not in the table: they block in the stream below
    private static readonly HashSet<string> s_binary = [.. typeof(BinaryReader).GetMethods().Concat(typeof(BinaryWriter).GetMethods()).Select(m => m.Name).Where(n => n.StartsWith("Read", StringComparison.Ordinal) || n.StartsWith("Write", StringComparison.Ordinal))];

    private static readonly HashSet<string> s_connections =
    [
        "System.Net.Sockets.Socket", "System.Net.Sockets.TcpClient", "System.Net.Sockets.NetworkStream", "System.Net.Sockets.UdpClient", "System.Net.Security.SslStream",
        "System.Net.HttpListenerContext", "System.Net.HttpListenerRequest", "System.Net.HttpListenerResponse", "System.IO.Pipes.PipeStream", "System.Net.WebSockets.WebSocket",
    ];

    private static readonly HashSet<string> s_connectionNames = [.. s_connections.Select(SimpleName)];

    // words by which a connection comes into a source: the types above, what makes or derives from them
    private static readonly string[] s_connectionWords =
    [
        .. s_connections.Select(SimpleName), "TcpListener", "NegotiateStream", "HttpListener", "NamedPipeServerStream", "NamedPipeClientStream", "AnonymousPipeServerStream",
        "AnonymousPipeClientStream", "ClientWebSocket",
    ];

    private static readonly HashSet<string> s_started = ["Thread", "Task", "Timer"];

    private static readonly Lazy<bool> s_no = new(() => false);
    private static readonly ConditionalWeakTable<SourceIndex, BlockingCode> s_shared = new();

    private readonly SourceIndex _index;
    private readonly ConcurrentDictionary<SyntaxNode, Facts> _facts = new(), _factsOnWays = new();
    private readonly ConcurrentDictionary<string, bool> _mayWait = new();
    private readonly Lazy<ImmutableHashSet<SyntaxTree>> _treesWithConnections;
    private readonly Lazy<WaysToWaits> _ways;

    private BlockingCode(SourceIndex index)
    {
        _index = index;
        _treesWithConnections = new Lazy<ImmutableHashSet<SyntaxTree>>(() => [.. index.WordsOf(s_connectionWords).Where(w => SourceIndex.TokenOf(w).Parent is SimpleNameSyntax).Select(w => w.Tree)]);
        _ways = new Lazy<WaysToWaits>(() => new WaysToWaits(index, this));
    }

    /// <summary>The one of the source.</summary>
    public static BlockingCode Of(SourceIndex index) => s_shared.GetValue(index, i => new BlockingCode(i));

    /// <summary>What is known of one function.</summary>
    /// <param name="Strength">The strongest of its own calls.</param>
    /// <param name="HasConnection">Whether a connection is named in it.</param>
    /// <param name="Called">The functions that it calls.</param>
    private sealed record Facts(BlockingStrength Strength, Lazy<bool> HasConnection, ImmutableArray<SyntaxNode> Called);

    /// <summary>The names of all members that can block; not Lazy.Value, which runs what somebody else has given it.</summary>
    public static IEnumerable<string> Names => BlockingCallTable.Instance.Names.Concat(s_binary).Where(n => n != "Value" && MayBlock(n));

    /// <summary>Whether the source has connections at all.</summary>
    public bool HasConnections => !TreesWithConnections.IsEmpty;

    /// <summary>The files that name the type of a connection.</summary>
    public ImmutableHashSet<SyntaxTree> TreesWithConnections => _treesWithConnections.Value;

    /// <summary>Whether one of the functions waits: for a connection, a task, a time.</summary>
    /// <param name="functions">Lambdas or declarations.</param>
    /// <param name="hasConnection">Whether streams in it are known to be those of connections.</param>
    public bool Waits(IEnumerable<SyntaxNode> functions, bool hasConnection) => Waits(functions, hasConnection, isOnWays: false);

    /// <summary>Whether the call of a function of the source waits; for callers that ask of very many calls.</summary>
    /// <remarks>Only functions from which a wait can be reached by name are followed: a connection that is named in another one is not seen.</remarks>
    public bool Waits(InvocationExpressionSyntax call) =>
        _ways.Value.MayLead(call) && _index.SymbolOf(call) is IMethodSymbol method
        && Waits(_index.DeclarationsOf(SourceIndex.Definition(method)), hasConnection: false, isOnWays: true);

    private bool Waits(IEnumerable<SyntaxNode> functions, bool hasConnection, bool isOnWays)
    {
        var seen = new Dictionary<SyntaxNode, Facts>();
        var open = new Queue<SyntaxNode>(functions);
        BlockingStrength strongest = BlockingStrength.None;
        while (open.Count > 0 && seen.Count < MaxFunctions)
        {
            SyntaxNode function = open.Dequeue();
            if (seen.ContainsKey(function)) continue;
            Facts facts = isOnWays ? _factsOnWays.GetOrAdd(function, f => FactsOf(f, isOnWays)) : _facts.GetOrAdd(function, f => FactsOf(f, isOnWays));
            seen.Add(function, facts);
            if (facts.Strength == BlockingStrength.Wait) return true;
            if (facts.Strength > strongest) strongest = facts.Strength;
            foreach (SyntaxNode called in facts.Called) open.Enqueue(called);
        }
        // asked last: to look for connections binds all names
        return strongest == BlockingStrength.Stream && (hasConnection || HasConnections && seen.Values.Any(f => f.HasConnection.Value));
    }

    private Facts FactsOf(SyntaxNode function, bool isOnWays)
    {
        if (function.BodyOf() is not { } body) return new Facts(BlockingStrength.None, s_no, []);
        BlockingStrength strongest = BlockingStrength.None;
        ImmutableArray<SyntaxNode>.Builder called = ImmutableArray.CreateBuilder<SyntaxNode>();
        foreach (SyntaxNode node in body.DescendantsHere().Prepend(body))
        {
            switch (node)
            {
                case InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" }:
                    BlockingStrength strength = StrengthOf(node);
                    if (strength == BlockingStrength.Wait) return new Facts(strength, s_no, []); // says all
                    if (strength > strongest) strongest = strength;
                    if (!isOnWays || _ways.Value.MayLead(node)) called.AddRange(CalledFrom(node));
                    break;
                case AnonymousFunctionExpressionSyntax lambda when node.Parent is ArgumentSyntax && !StartsElsewhere(node):
                    called.Add(lambda); // mostly called by what it is given to
                    break;
            }
        }
        var hasConnection = new Lazy<bool>(() => body.DescendantsHere().Prepend(body).Any(n => n is SimpleNameSyntax name && IsConnection(_index.TypeOf(name))));
        return new Facts(strongest, hasConnection, called.ToImmutable());
    }

    /// <summary>Whether one of the functions has a loop that ends only with the program: a worker's.</summary>
    public bool RunsForever(IEnumerable<SyntaxNode> functions, Loops loops) => Any(functions, loops, depth: 4, []);

    private bool Any(IEnumerable<SyntaxNode> functions, Loops loops, int depth, HashSet<SyntaxNode> seen) =>
        functions.Any(f => f.BodyOf() is { } body && seen.Add(f) && HasEndlessLoop(body, loops, depth, seen));

    /// <summary>Whether the type is a connection's: a socket, a stream over it, a request.</summary>
    public static bool IsConnection(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (s_connectionNames.Contains(type.Name) && s_connections.Contains(type.FullName())) return true;
        }
        return false;
    }

    /// <summary>Whether what is read from the type is there already: nothing arrives.</summary>
    public static bool IsMemory(ITypeSymbol? type) => type is not null && s_memory.Contains(type.FullName());

    /// <summary>Whether the call can block, by its name alone: asked before anything is bound.</summary>
    public static bool MayBlock(SyntaxNode call) => NameOf(call) is { } name && MayBlock(name);

    private static bool MayBlock(string name) => name is not ("Dispose" or "Flush") && (BlockingCallTable.Instance.MayContain(name) || s_binary.Contains(name));

    /// <summary>Whether the call can block so long, by its name and by what the source mentions: asked before anything is bound.</summary>
    public bool MayBe(SyntaxNode call, BlockingStrength strength) => call switch
    {
        InvocationExpressionSyntax invocation => invocation.CalledName() is { } name && MayBlock(name)
            && (MayWait(name) || strength < BlockingStrength.Wait && IsOfStreams(name) || IsOfConsole(name) && invocation.Receiver()?.LastName() is null or "Console"),
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" } => true,
        _ => false,
    };

    /// <summary>Whether a member of the name can block so long.</summary>
    public bool MayBe(string name, BlockingStrength strength) => MayBlock(name) && (MayWait(name) || strength < BlockingStrength.Wait && IsOfStreams(name) || IsOfConsole(name));

    /// <summary>Whether the call waits: for a connection, a task, a time.</summary>
    public bool IsWait(SyntaxNode call) => MayBe(call, BlockingStrength.Wait) && StrengthOf(call) == BlockingStrength.Wait;

    // Much has the names of these: connections count where the source has some, readers and collections where it mentions the type.
    private bool MayWait(string name) => _mayWait.GetOrAdd(name, n =>
    {
        bool isOfStreams = IsOfStreams(n);
        if (isOfStreams && HasConnections) return true;
        return BlockingCallTable.Instance.TypesOf(n).Any(t => t != Console && !s_local.Contains(t) && !s_streams.Contains(t)
            && (IsOfConnections(t) ? HasConnections : !isOfStreams && !t.StartsWith("System.Collections.", StringComparison.Ordinal) || _index.Mentions(SimpleName(t))));
    });

    private static bool IsOfConnections(string type) =>
        s_connections.Contains(type) || type.StartsWith("System.Net.Sockets.", StringComparison.Ordinal) || type.StartsWith("System.Net.Security.", StringComparison.Ordinal)
        || type.StartsWith("System.IO.Pipes.", StringComparison.Ordinal) || type.StartsWith("System.Net.HttpListener", StringComparison.Ordinal);

    private static bool IsOfStreams(string name) => s_binary.Contains(name) || BlockingCallTable.Instance.TypesOf(name).Any(s_streams.Contains);

    // A type that very many sources mention, but one that has to be named to call it.
    private static bool IsOfConsole(string name) => BlockingCallTable.Instance.TypesOf(name).Contains(Console);

    private static string? NameOf(SyntaxNode call) => call switch
    {
        InvocationExpressionSyntax invocation => invocation.CalledName(),
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };

    private static string SimpleName(string type) => type.Substring(type.LastIndexOf('.') + 1);

    /// <summary>How long a call can block.</summary>
    public BlockingStrength StrengthOf(SyntaxNode call)
    {
        if (!MayBlock(call)) return BlockingStrength.None;
        ISymbol? symbol = _index.SymbolOf(call);
        string? type = symbol?.ContainingType?.ToDisplayString();
        if (type is "System.IO.BinaryReader" or "System.IO.BinaryWriter") return BlockingStrength.Stream;
        if (BlockingCallTable.Instance.Find(symbol) is not { } row) return BlockingStrength.None;
        string declaring = row.Member.ContainingType.ToDisplayString();
        if (s_local.Contains(declaring)) return BlockingStrength.None;
        ITypeSymbol? receiver = call is InvocationExpressionSyntax i && i.Receiver() is { } expression ? _index.TypeOf(expression) : null;
        if (IsMemory(receiver)) return BlockingStrength.None;
        if (declaring == "System.IO.Stream" && IsConnection(receiver)) return BlockingStrength.Wait;
        if (call is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments }
            && arguments.Any(a => _index.ModelOf(a).GetConstantValue(a.Expression).Value is 0) && declaring.StartsWith("System.Threading.", StringComparison.Ordinal))
            return BlockingStrength.None; // a look, not a wait
        return s_streams.Contains(declaring) ? BlockingStrength.Stream : BlockingStrength.Wait;
    }

    private IEnumerable<SyntaxNode> CalledFrom(SyntaxNode call)
    {
        if (call is MemberAccessExpressionSyntax) yield break;
        // started elsewhere, so not waited for here
        if (StartsElsewhere(call)) yield break;
        if (_index.SymbolOf(call) is not IMethodSymbol method) yield break;
        foreach (IMethodSymbol implementation in _index.ImplementationsOf(method))
        {
            foreach (SyntaxNode declaration in _index.DeclarationsOf(implementation)) yield return declaration;
        }
    }

    private bool StartsElsewhere(SyntaxNode node)
    {
        SyntaxNode? call = node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax ? node : node.Parent?.Parent?.Parent;
        return call switch
        {
            InvocationExpressionSyntax invocation => StartSite.MayBe(invocation) && _index.SymbolOf(invocation)?.ContainingNamespace?.ToDisplayString() is "System.Threading" or "System.Threading.Tasks" or "GreenThreads",
            ObjectCreationExpressionSyntax { Type: SimpleNameSyntax type } when !s_started.Contains(type.Identifier.ValueText) => false,
            BaseObjectCreationExpressionSyntax creation => _index.TypeOf(creation)?.ToDisplayString() is "System.Threading.Thread" or "System.Threading.Tasks.Task" or "System.Threading.Timer",
            _ => false,
        };
    }

    private bool HasEndlessLoop(SyntaxNode body, Loops loops, int depth, HashSet<SyntaxNode> seen)
    {
        foreach (SyntaxNode node in body.DescendantsHere().Prepend(body))
        {
            if (node.LoopBody() is not null && loops.KindOf(node) == LoopKind.Unbounded && !EndsWithItsInput(node)) return true;
            if (depth == 0 || node is not InvocationExpressionSyntax invocation) continue;
            if (_index.SymbolOf(invocation) is not IMethodSymbol method) continue;
            if (Any(_index.DeclarationsOf(SourceIndex.Definition(method)), loops, depth - 1, seen)) return true;
        }
        return false;
    }

    // while ((count = stream.Read(buffer)) > 0): as long as a connection lasts
    private static bool EndsWithItsInput(SyntaxNode loop) =>
        loop is WhileStatementSyntax { Condition: { } condition } && condition.DescendantNodesAndSelf().Any(n => n is AssignmentExpressionSyntax or IsPatternExpressionSyntax)
        || loop is ForStatementSyntax { Condition: { } test } && test.DescendantNodesAndSelf().Any(n => n is AssignmentExpressionSyntax or IsPatternExpressionSyntax);
}
