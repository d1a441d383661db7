using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO;
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
internal sealed class BlockingCode(SourceIndex index)
{
    private const int MaxFunctions = 100;

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

    private readonly ConcurrentDictionary<SyntaxNode, Facts> _facts = new();

    /// <summary>What is known of one function.</summary>
    /// <param name="Strength">The strongest of its own calls.</param>
    /// <param name="HasConnection">Whether a connection is named in it.</param>
    /// <param name="Called">The functions that it calls.</param>
    private sealed record Facts(BlockingStrength Strength, bool HasConnection, ImmutableArray<SyntaxNode> Called);

    /// <summary>Whether one of the functions waits: for a connection, a task, a time.</summary>
    /// <param name="functions">Lambdas or declarations.</param>
    /// <param name="hasConnection">Whether streams in it are known to be those of connections.</param>
    public bool Waits(IEnumerable<SyntaxNode> functions, bool hasConnection)
    {
        var seen = new HashSet<SyntaxNode>();
        var open = new Queue<SyntaxNode>(functions);
        BlockingStrength strongest = BlockingStrength.None;
        while (open.Count > 0 && seen.Count < MaxFunctions)
        {
            SyntaxNode function = open.Dequeue();
            if (!seen.Add(function)) continue;
            Facts facts = _facts.GetOrAdd(function, FactsOf);
            if (facts.Strength > strongest) strongest = facts.Strength;
            hasConnection |= facts.HasConnection;
            if (strongest == BlockingStrength.Wait || strongest == BlockingStrength.Stream && hasConnection) return true;
            foreach (SyntaxNode called in facts.Called) open.Enqueue(called);
        }
        return false;
    }

    private Facts FactsOf(SyntaxNode function)
    {
        if (function.BodyOf() is not { } body) return new Facts(BlockingStrength.None, false, []);
        BlockingStrength strongest = BlockingStrength.None;
        bool hasConnection = false;
        ImmutableArray<SyntaxNode>.Builder called = ImmutableArray.CreateBuilder<SyntaxNode>();
        foreach (SyntaxNode node in body.DescendantsHere().Prepend(body))
        {
            switch (node)
            {
                case InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result" }:
                    BlockingStrength strength = StrengthOf(node);
                    if (strength == BlockingStrength.Wait) return new Facts(strength, hasConnection, []); // says all
                    if (strength > strongest) strongest = strength;
                    called.AddRange(CalledFrom(node));
                    break;
                case AnonymousFunctionExpressionSyntax lambda when node.Parent is ArgumentSyntax && !StartsElsewhere(node):
                    called.Add(lambda); // mostly called by what it is given to
                    break;
            }
            hasConnection = hasConnection || node is SimpleNameSyntax name && IsConnection(index.TypeOf(name));
        }
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
            if (type is { ContainingNamespace.IsGlobalNamespace: false } && s_connections.Contains(type.FullName())) return true;
        }
        return false;
    }

    /// <summary>Whether what is read from the type is there already: nothing arrives.</summary>
    public static bool IsMemory(ITypeSymbol? type) => type is not null && s_memory.Contains(type.FullName());

    /// <summary>Whether the call can block, by its name alone: asked before anything is bound.</summary>
    public static bool MayBlock(SyntaxNode call)
    {
        string? name = call switch
        {
            InvocationExpressionSyntax invocation => invocation.CalledName(),
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            _ => null,
        };
        return name is not (null or "Dispose" or "Flush") && (BlockingCallTable.Instance.MayContain(name) || s_binary.Contains(name));
    }

    /// <summary>How long a call can block.</summary>
    public BlockingStrength StrengthOf(SyntaxNode call)
    {
        if (!MayBlock(call)) return BlockingStrength.None;
        ISymbol? symbol = index.SymbolOf(call);
        string? type = symbol?.ContainingType?.ToDisplayString();
        if (type is "System.IO.BinaryReader" or "System.IO.BinaryWriter") return BlockingStrength.Stream;
        if (BlockingCallTable.Instance.Find(symbol) is not { } row) return BlockingStrength.None;
        string declaring = row.Member.ContainingType.ToDisplayString();
        if (s_local.Contains(declaring)) return BlockingStrength.None;
        ITypeSymbol? receiver = call is InvocationExpressionSyntax i && i.Receiver() is { } expression ? index.TypeOf(expression) : null;
        if (IsMemory(receiver)) return BlockingStrength.None;
        if (declaring == "System.IO.Stream" && IsConnection(receiver)) return BlockingStrength.Wait;
        if (call is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments }
            && arguments.Any(a => index.ModelOf(a).GetConstantValue(a.Expression).Value is 0) && declaring.StartsWith("System.Threading.", StringComparison.Ordinal))
            return BlockingStrength.None; // a look, not a wait
        return s_streams.Contains(declaring) ? BlockingStrength.Stream : BlockingStrength.Wait;
    }

    private IEnumerable<SyntaxNode> CalledFrom(SyntaxNode call)
    {
        if (call is MemberAccessExpressionSyntax) yield break;
        // started elsewhere, so not waited for here
        if (StartsElsewhere(call)) yield break;
        if (index.SymbolOf(call) is not IMethodSymbol method) yield break;
        foreach (IMethodSymbol implementation in index.ImplementationsOf(method))
        {
            foreach (SyntaxNode declaration in SourceIndex.DeclarationsOf(implementation)) yield return declaration;
        }
    }

    private bool StartsElsewhere(SyntaxNode node)
    {
        SyntaxNode? call = node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax ? node : node.Parent?.Parent?.Parent;
        return call switch
        {
            InvocationExpressionSyntax invocation => StartSite.MayBe(invocation) && index.SymbolOf(invocation)?.ContainingNamespace?.ToDisplayString() is "System.Threading" or "System.Threading.Tasks" or "GreenThreads",
            BaseObjectCreationExpressionSyntax creation => index.TypeOf(creation)?.ToDisplayString() is "System.Threading.Thread" or "System.Threading.Tasks.Task" or "System.Threading.Timer",
            _ => false,
        };
    }

    private bool HasEndlessLoop(SyntaxNode body, Loops loops, int depth, HashSet<SyntaxNode> seen)
    {
        foreach (SyntaxNode node in body.DescendantsHere().Prepend(body))
        {
            if (node.LoopBody() is not null && loops.KindOf(node) == LoopKind.Unbounded && !EndsWithItsInput(node)) return true;
            if (depth == 0 || node is not InvocationExpressionSyntax invocation) continue;
            if (index.SymbolOf(invocation) is not IMethodSymbol method) continue;
            if (Any(SourceIndex.DeclarationsOf(SourceIndex.Definition(method)), loops, depth - 1, seen)) return true;
        }
        return false;
    }

    // while ((count = stream.Read(buffer)) > 0): as long as a connection lasts
    private static bool EndsWithItsInput(SyntaxNode loop) =>
        loop is WhileStatementSyntax { Condition: { } condition } && condition.DescendantNodesAndSelf().Any(n => n is AssignmentExpressionSyntax or IsPatternExpressionSyntax)
        || loop is ForStatementSyntax { Condition: { } test } && test.DescendantNodesAndSelf().Any(n => n is AssignmentExpressionSyntax or IsPatternExpressionSyntax);
}
