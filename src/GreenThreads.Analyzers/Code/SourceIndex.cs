using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Analyzers.Code;

/// <summary>Finds uses of symbols in the source of one compilation, on demand.</summary>
/// <remarks>
/// Most compilations never ask. A question searches the text for the name, which is fast, and binds only the places that have it
/// and can mean the symbol, which is not; it is answered once. Safe for concurrent use.
/// </remarks>
internal sealed class SourceIndex
{
    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();
    private static readonly ConditionalWeakTable<Compilation, SourceIndex> s_indexes = new();

    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<SimpleNameSyntax>> _uses = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<IMethodSymbol>> _implementations = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<SyntaxNode>> _creations = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<string, ImmutableArray<SyntaxToken>> _tokens = new();
    private readonly ConcurrentDictionary<string, bool> _mentions = new();
    private readonly Lazy<SourceWords> _words;
    private readonly Lazy<ILookup<string, MethodDeclarationSyntax>> _methods;

    private SourceIndex(Compilation compilation)
    {
        _compilation = compilation;
        _words = new Lazy<SourceWords>(() => SourceWords.Of(compilation));
        _methods = new Lazy<ILookup<string, MethodDeclarationSyntax>>(() => compilation.SyntaxTrees.SelectMany(t => MethodsIn(t.GetRoot())).ToLookup(m => m.Identifier.ValueText));
    }

    /// <summary>The index of the compilation: one for all analyzers, that bind the same code.</summary>
    public static SourceIndex Of(Compilation compilation) => s_indexes.GetValue(compilation, c => new SourceIndex(c));

    public Compilation Compilation => _compilation;

    /// <summary>The semantic model of the node's tree.</summary>
    public SemanticModel ModelOf(SyntaxNode node) => ModelOf(node.SyntaxTree);

    public SemanticModel ModelOf(SyntaxTree tree) =>
#pragma warning disable RS1030 // One model per tree and compilation is kept; questions across methods cannot be asked of the model of one action.
        _models.GetOrAdd(tree, t => _compilation.GetSemanticModel(t));
#pragma warning restore RS1030

    /// <summary>The symbol that an expression names, or the only candidate.</summary>
    public ISymbol? SymbolOf(SyntaxNode node)
    {
        SymbolInfo info = ModelOf(node).GetSymbolInfo(node);
        return info.Symbol ?? (info.CandidateSymbols.Length > 0 ? info.CandidateSymbols[0] : null);
    }

    public ITypeSymbol? TypeOf(SyntaxNode node)
    {
        TypeInfo info = ModelOf(node).GetTypeInfo(node);
        return info.Type ?? info.ConvertedType;
    }

    /// <summary>The names in the source that are bound to the symbol, or to a member that it overrides or implements.</summary>
    public ImmutableArray<SimpleNameSyntax> UsesOf(ISymbol symbol) => _uses.GetOrAdd(symbol, s => [.. FindUses(s)]);

    private IEnumerable<SimpleNameSyntax> FindUses(ISymbol symbol)
    {
        ImmutableArray<ISymbol> slots = SlotsOf(symbol);
        foreach (string name in slots.Select(s => SimpleName(s.Name)).Distinct())
        {
            foreach (SimpleNameSyntax use in slots.Length == 1 ? NamesOf(name, symbol) : NamesOf(name))
            {
                if (slots.Any(slot => MayBe(use, slot)) && SymbolOf(use) is { } bound && slots.Any(slot => SymbolEqualityComparer.Default.Equals(Definition(bound), slot))) yield return use;
            }
        }
    }

    /// <summary>The expressions and initializers that run a constructor of the type or of a derived one.</summary>
    public ImmutableArray<SyntaxNode> CreationsOf(INamedTypeSymbol type) => _creations.GetOrAdd(type.OriginalDefinition, t => [.. FindCreations(t)]);

    private IEnumerable<SyntaxNode> FindCreations(INamedTypeSymbol definition)
    {
        var seen = new HashSet<SyntaxNode>();
        foreach (INamedTypeSymbol created in TypesFrom(definition))
        {
            foreach (SimpleNameSyntax name in NamesOf(created.Name))
            {
                SyntaxNode node = name;
                while (node.Parent is QualifiedNameSyntax or AliasQualifiedNameSyntax or NullableTypeSyntax) node = node.Parent;
                if (node.Parent is ObjectCreationExpressionSyntax creation && creation.Type == node && Creates(creation, created) && seen.Add(creation))
                    yield return creation;
            }
            // new(...) does not name the type, but what it is assigned to mostly does, in the same file.
            foreach (SyntaxTree tree in _words.Value.Find([created.Name]).Select(w => w.Tree).Distinct())
            {
                foreach (SyntaxToken token in tree.GetRoot().DescendantTokens().Where(t => t.IsKind(SyntaxKind.NewKeyword)))
                {
                    if (token.Parent is ImplicitObjectCreationExpressionSyntax creation && Creates(creation, created) && seen.Add(creation)) yield return creation;
                }
            }
        }
    }

    /// <summary>The methods in the source that override or implement the method, or it itself when it has a body.</summary>
    public ImmutableArray<IMethodSymbol> ImplementationsOf(IMethodSymbol method)
    {
        IMethodSymbol definition = Definition(method) as IMethodSymbol ?? method;
        return definition is { IsAbstract: false, IsVirtual: false, IsOverride: false } ? [definition] : _implementations.GetOrAdd(definition, _ => [.. FindImplementations(definition)]);
    }

    private IEnumerable<IMethodSymbol> FindImplementations(IMethodSymbol definition)
    {
        if (!definition.IsAbstract) yield return definition;
        foreach (MethodDeclarationSyntax declaration in _methods.Value[definition.Name])
        {
            if (declaration.ParameterList.Parameters.Count != definition.Parameters.Length) continue;
            if (ModelOf(declaration).GetDeclaredSymbol(declaration) is { } candidate
                && !SymbolEqualityComparer.Default.Equals(candidate, definition)
                && SlotsOf(candidate).Any(slot => SymbolEqualityComparer.Default.Equals(slot, definition)))
                yield return candidate;
        }
    }

    /// <summary>Whether the symbol is declared in this compilation. In an editor that of another project may have source as well.</summary>
    public bool IsInSource(ISymbol symbol)
    {
        foreach (SyntaxReference reference in symbol.DeclaringSyntaxReferences)
        {
            if (_compilation.ContainsSyntaxTree(reference.SyntaxTree)) return true;
        }
        return false;
    }

    /// <summary>The declaring syntax of the function, property or type, where it is declared in this compilation.</summary>
    public IEnumerable<SyntaxNode> DeclarationsOf(ISymbol symbol) => IsInSource(symbol) ? symbol.DeclaringSyntaxReferences.Select(r => r.GetSyntax()) : [];

    /// <summary>The definition, as calls of generic, constructed and extension methods name it.</summary>
    public static ISymbol Definition(ISymbol symbol) =>
        symbol is IMethodSymbol { ReducedFrom: { } reduced } ? reduced.OriginalDefinition : symbol.OriginalDefinition;

    private static string SimpleName(string name) => name.Substring(name.LastIndexOf('.') + 1);

    private static ImmutableArray<ISymbol> SlotsOf(ISymbol symbol)
    {
        ImmutableArray<ISymbol>.Builder slots = ImmutableArray.CreateBuilder<ISymbol>();
        symbol = Definition(symbol);
        slots.Add(symbol);
        for (ISymbol? overridden = Overridden(symbol); overridden is not null; overridden = Overridden(overridden)) slots.Add(Definition(overridden));
        if (symbol.ContainingType is { TypeKind: not TypeKind.Interface } type && symbol is IMethodSymbol or IPropertySymbol or IEventSymbol)
        {
            string name = SimpleName(symbol.Name);
            foreach (INamedTypeSymbol contract in symbol.ContainingType.AllInterfaces)
            {
                foreach (ISymbol member in contract.GetMembers(name))
                {
                    if (symbol.ContainingType.FindImplementationForInterfaceMember(member) is { } implementation
                        && SymbolEqualityComparer.Default.Equals(implementation.OriginalDefinition, symbol))
                        slots.Add(member.OriginalDefinition);
                }
            }
        }
        return slots.ToImmutable();

        static ISymbol? Overridden(ISymbol s) => s switch
        {
            IMethodSymbol m => m.OverriddenMethod,
            IPropertySymbol p => p.OverriddenProperty,
            IEventSymbol e => e.OverriddenEvent,
            _ => null,
        };
    }

    private bool Creates(BaseObjectCreationExpressionSyntax creation, INamedTypeSymbol type) =>
        SymbolOf(creation) is IMethodSymbol constructor && SymbolEqualityComparer.Default.Equals(constructor.ContainingType.OriginalDefinition, type);

    // The type and those in the source that derive from it.
    private IEnumerable<INamedTypeSymbol> TypesFrom(INamedTypeSymbol type)
    {
        yield return type;
        if (type.IsSealed || type.IsStatic) yield break;
        foreach (SimpleNameSyntax name in NamesOf(type.Name))
        {
            if (name.FirstAncestorOrSelf<BaseTypeSyntax>() is not { Parent: BaseListSyntax { Parent: TypeDeclarationSyntax declaration } } listed) continue;
            if (listed.Type != name && !(listed.Type is QualifiedNameSyntax qualified && qualified.Right == name)) continue;
            if (ModelOf(declaration).GetDeclaredSymbol(declaration) is INamedTypeSymbol derived
                && SymbolEqualityComparer.Default.Equals(derived.BaseType?.OriginalDefinition, type))
            {
                foreach (INamedTypeSymbol further in TypesFrom(derived)) yield return further;
            }
        }
    }

    /// <summary>Whether the word is in the source: as a name, or in a comment.</summary>
    public bool Mentions(string word) => _mentions.GetOrAdd(word, w => _words.Value.Has(w));

    /// <summary>Where the words stand in the source, comments and strings too, file by file.</summary>
    public IEnumerable<SourceWords.Word> WordsOf(IReadOnlyCollection<string> words) => _words.Value.Find(words);

    /// <summary>The token that the word is; of no node when it is in a comment, a string or text that is not compiled.</summary>
    public static SyntaxToken TokenOf(SourceWords.Word word)
    {
        SyntaxToken token = word.Tree.GetRoot().FindToken(word.Position);
        return token.Span.Contains(word.Position) && token.ValueText == word.Text ? token : default;
    }

    private ImmutableArray<SyntaxToken> TokensOf(string name) => _tokens.GetOrAdd(name, n => [.. WordsOf([n]).Select(TokenOf).Where(t => t.Parent is not null)]);

    private static IEnumerable<MethodDeclarationSyntax> MethodsIn(SyntaxNode root) =>
        root.DescendantNodes(n => n is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax).OfType<MethodDeclarationSyntax>();

    // Where the symbol can be named: of a private member only its type is read, and no other file.
    private IEnumerable<SimpleNameSyntax> NamesOf(string name, ISymbol symbol)
    {
        if (symbol is not { DeclaredAccessibility: Accessibility.Private, ContainingType: { } type } || symbol.IsImplicitlyDeclared || !IsInSource(symbol)) return NamesOf(name);
        while (type.ContainingType is { } outer) type = outer;
        return type.DeclaringSyntaxReferences.SelectMany(r => r.GetSyntax().DescendantTokens()).Where(t => t.IsKind(SyntaxKind.IdentifierToken) && t.ValueText == name).Select(t => t.Parent).OfType<SimpleNameSyntax>();
    }

    private IEnumerable<SimpleNameSyntax> NamesOf(string name) => TokensOf(name).Select(t => t.Parent).OfType<SimpleNameSyntax>();

    // Asked before a name is bound: whether a call with so many arguments can be one of the method.
    private static bool MayBe(SimpleNameSyntax use, ISymbol symbol)
    {
        if (symbol is not IMethodSymbol method) return true;
        if (use is GenericNameSyntax generic && generic.Arity != method.Arity) return false;
        SyntaxNode whole = use.Parent is MemberAccessExpressionSyntax access && access.Name == use || use.Parent is MemberBindingExpressionSyntax ? use.Parent : use;
        if (whole.Parent is not InvocationExpressionSyntax call || call.Expression != whole) return true;
        int count = call.ArgumentList.Arguments.Count, parameters = method.Parameters.Length;
        int required = method.Parameters.Count(p => !p.IsOptional && !p.IsParams) - (method.IsExtensionMethod ? 1 : 0);
        return count >= required && (count <= parameters || parameters > 0 && method.Parameters[parameters - 1].IsParams);
    }
}
