using GreenThreads.Analyzers.Code;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Analyzers.ThreadPerConnection;

/// <summary>Which calls can end in a wait, by the names of what they call.</summary>
/// <remarks>
/// Found from the waits outwards, once for each compilation: the functions that have a blocking call, those that name them, and so on.
/// Only the blocking calls are bound. What is found here is more than there is (two methods of one name are one), so that a
/// call that is not in it needs no further look, and one that is has to be followed. Deterministic, and immutable once made.
/// </remarks>
internal sealed class WaysToWaits
{
    // Beyond these the source waits everywhere: to look for the ways costs more than it saves, and everything is followed.
    private const int MaxCandidates = 150;
    private const int MaxNames = 300;
    private const int MaxCalls = 30;

    private readonly SourceIndex _index;
    private readonly Dictionary<(string Name, bool IsConstructor), List<(int Least, int Most)>> _arguments = [];
    private readonly bool _isEverywhere;

    /// <summary>Looks for the ways.</summary>
    public WaysToWaits(SourceIndex index, BlockingCode blocking)
    {
        _index = index;
        var seen = new HashSet<SyntaxNode>();
        var names = new HashSet<string>();
        Dictionary<SyntaxNode, List<SyntaxNode>> candidates = Candidates(blocking);
        if (_isEverywhere = candidates.Count > MaxCandidates) return;
        foreach (KeyValuePair<SyntaxNode, List<SyntaxNode>> candidate in candidates)
        {
            if (candidate.Value.Any(call => blocking.StrengthOf(call) >= Needed(call, blocking))) Add(candidate.Key, seen, names);
        }
        for (int calls = 0; names.Count > 0 && calls < MaxCalls; calls++)
        {
            if (_isEverywhere = _arguments.Count > MaxNames) return;
            var next = new HashSet<string>();
            foreach (SourceWords.Word word in Calls(names))
            {
                if (CallOf(SourceIndex.TokenOf(word)) is { } call && MayLead(call) && FunctionOf(call) is { } function) Add(function, seen, next);
            }
            names = next;
        }
    }

    /// <summary>Whether the call can be one of a function of the source that waits, itself or through others.</summary>
    public bool MayLead(SyntaxNode call)
    {
        if (_isEverywhere) return true;
        return call switch
        {
            InvocationExpressionSyntax invocation => invocation.CalledName() is { } name && Has(name, false, invocation.ArgumentList.Arguments.Count),
            ObjectCreationExpressionSyntax creation => NameOf(creation.Type) is { } name && Has(name, true, creation.ArgumentList?.Arguments.Count ?? 0),
            ImplicitObjectCreationExpressionSyntax creation => _arguments.Any(a => a.Key.IsConstructor && Fits(a.Value, creation.ArgumentList.Arguments.Count)),
            _ => false,
        };
    }

    // Where one of the names is called, as far as the text tells. new(...) does not name a type, but what it is assigned to mostly does, in the same file.
    private IEnumerable<SourceWords.Word> Calls(HashSet<string> names)
    {
        bool hasConstructors = names.Any(n => _arguments.ContainsKey((n, true)));
        foreach (IGrouping<SyntaxTree, SourceWords.Word> file in _index.WordsOf(hasConstructors ? [.. names, "new"] : names).GroupBy(w => w.Tree))
        {
            bool namesType = hasConstructors && file.Any(w => _arguments.ContainsKey((w.Text, true)));
            foreach (SourceWords.Word word in file)
            {
                if (word.Text == "new" ? namesType && word.Following == '(' : word.Following is '(' or '<' or '{') yield return word;
            }
        }
    }

    // The functions with a call that can be one that waits, or that reads from a stream where connections are about, and these calls.
    private Dictionary<SyntaxNode, List<SyntaxNode>> Candidates(BlockingCode blocking)
    {
        string[] names = [.. BlockingCode.Names.Where(n => blocking.MayBe(n, blocking.HasConnections ? BlockingStrength.Stream : BlockingStrength.Wait))];
        var found = new Dictionary<SyntaxNode, List<SyntaxNode>>();
        foreach (SourceWords.Word word in _index.WordsOf(names))
        {
            if (word.Text != "Result" && word.Following is not ('(' or '<') || CallOf(SourceIndex.TokenOf(word)) is not { } call || FunctionOf(call) is not { } function) continue;
            if (!blocking.MayBe(call, Needed(call, blocking))) continue;
            if (found.TryGetValue(function, out List<SyntaxNode>? calls)) calls.Add(call);
            else found.Add(function, [call]);
            if (found.Count > MaxCandidates) break;
        }
        return found;
    }

    private static BlockingStrength Needed(SyntaxNode call, BlockingCode blocking) => blocking.TreesWithConnections.Contains(call.SyntaxTree) ? BlockingStrength.Stream : BlockingStrength.Wait;

    private void Add(SyntaxNode function, HashSet<SyntaxNode> seen, HashSet<string> names)
    {
        if (!seen.Add(function)) return;
        (string name, bool isConstructor, ParameterListSyntax parameters) = function switch
        {
            LocalFunctionStatementSyntax local => (local.Identifier.ValueText, false, local.ParameterList),
            MethodDeclarationSyntax method => (method.Identifier.ValueText, false, method.ParameterList),
            ConstructorDeclarationSyntax constructor => (constructor.Identifier.ValueText, true, constructor.ParameterList),
            _ => throw new ArgumentException("It cannot be called by a name.", nameof(function)),
        };
        int most = parameters.Parameters.Count;
        int least = parameters.Parameters.Count(p => p.Default is null && !IsParams(p));
        if (most > 0 && parameters.Parameters[0].Modifiers.Any(m => m.ValueText == "this")) least--;
        if (parameters.Parameters.Any(IsParams)) most = int.MaxValue;
        if (!_arguments.TryGetValue((name, isConstructor), out List<(int, int)>? ranges)) _arguments.Add((name, isConstructor), ranges = []);
        if (ranges.Contains((least, most))) return;
        ranges.Add((least, most));
        names.Add(name);

        static bool IsParams(ParameterSyntax parameter) => parameter.Modifiers.Any(m => m.ValueText == "params");
    }

    private bool Has(string name, bool isConstructor, int arguments) => _arguments.TryGetValue((name, isConstructor), out List<(int Least, int Most)>? ranges) && Fits(ranges, arguments);

    private static bool Fits(List<(int Least, int Most)> ranges, int arguments)
    {
        foreach ((int least, int most) in ranges)
        {
            if (arguments >= least && arguments <= most) return true;
        }
        return false;
    }

    // The call whose name the token is.
    private static SyntaxNode? CallOf(SyntaxToken token)
    {
        if (token.Parent is ImplicitObjectCreationExpressionSyntax implicitly) return implicitly;
        if (token.Parent is not SimpleNameSyntax name) return null;
        SyntaxNode whole = name;
        while (whole.Parent is QualifiedNameSyntax or AliasQualifiedNameSyntax) whole = whole.Parent;
        if (whole.Parent is ObjectCreationExpressionSyntax creation && creation.Type == whole) return creation;
        whole = name.Parent switch
        {
            MemberAccessExpressionSyntax access when access.Name == name => access,
            MemberBindingExpressionSyntax binding => binding,
            _ => name,
        };
        if (whole.Parent is InvocationExpressionSyntax invocation && invocation.Expression == whole) return invocation;
        return whole as MemberAccessExpressionSyntax; // a property
    }

    // What others call to come here: a lambda is part of the function that it is in. Nothing for accessors, operators, initializers.
    private static SyntaxNode? FunctionOf(SyntaxNode node)
    {
        SyntaxNode function = node.FunctionAround();
        while (function is AnonymousFunctionExpressionSyntax) function = function.FunctionAround();
        return function is LocalFunctionStatementSyntax or MethodDeclarationSyntax || function is ConstructorDeclarationSyntax constructor && !constructor.Modifiers.Any(m => m.ValueText == "static") ? function : null;
    }

    private static string? NameOf(TypeSyntax type) => type switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax qualified => qualified.Name.Identifier.ValueText,
        _ => null,
    };
}
