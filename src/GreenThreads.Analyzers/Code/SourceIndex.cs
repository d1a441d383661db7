using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Analyzers.Code;

/// <summary>Finds uses of symbols in the source of one compilation, on demand.</summary>
/// <remarks>
/// Most compilations never ask. The first question reads the identifiers of all trees once; each further one binds only the
/// places that have the name, and is answered once. Safe for concurrent use.
/// </remarks>
internal sealed class SourceIndex
{
    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();
    private readonly ConcurrentDictionary<string, ImmutableArray<SimpleNameSyntax>> _names = new();
    /// <summary>Under which <c>new(...)</c> is listed: no identifier.</summary>
    private const string NamelessNew = " new";

    private static readonly ConditionalWeakTable<Compilation, SourceIndex> s_indexes = new();

    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<SimpleNameSyntax>> _uses = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<ISymbol, ImmutableArray<IMethodSymbol>> _implementations = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<INamedTypeSymbol, ImmutableArray<SyntaxNode>> _creations = new(SymbolEqualityComparer.Default);
    private readonly Lazy<Dictionary<string, List<(SyntaxTree Tree, int Position)>>> _places;

    private SourceIndex(Compilation compilation)
    {
        _compilation = compilation;
        _places = new Lazy<Dictionary<string, List<(SyntaxTree, int)>>>(ReadNames);
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
            foreach (SimpleNameSyntax use in NamesOf(name))
            {
                if (SymbolOf(use) is { } bound && slots.Any(slot => SymbolEqualityComparer.Default.Equals(Definition(bound), slot))) yield return use;
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
            var trees = new HashSet<SyntaxTree>(PlacesOf(created.Name).Select(p => p.Tree));
            foreach ((SyntaxTree tree, int position) in PlacesOf(NamelessNew))
            {
                if (trees.Contains(tree) && tree.GetRoot().FindToken(position).Parent is ImplicitObjectCreationExpressionSyntax creation && Creates(creation, created) && seen.Add(creation))
                    yield return creation;
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
        foreach ((SyntaxTree tree, int position) in PlacesOf(definition.Name))
        {
            if (tree.GetRoot().FindToken(position).Parent is not MethodDeclarationSyntax declaration || declaration.Identifier.SpanStart != position) continue;
            if (ModelOf(tree).GetDeclaredSymbol(declaration) is { } candidate
                && !SymbolEqualityComparer.Default.Equals(candidate, definition)
                && SlotsOf(candidate).Any(slot => SymbolEqualityComparer.Default.Equals(slot, definition)))
                yield return candidate;
        }
    }

    /// <summary>The declaring syntax of the function, property or type.</summary>
    public static IEnumerable<SyntaxNode> DeclarationsOf(ISymbol symbol) => symbol.DeclaringSyntaxReferences.Select(r => r.GetSyntax());

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

    private IReadOnlyList<(SyntaxTree Tree, int Position)> PlacesOf(string name) => _places.Value.TryGetValue(name, out List<(SyntaxTree, int)>? places) ? places : [];

    private ImmutableArray<SimpleNameSyntax> NamesOf(string name) => _names.GetOrAdd(name, n =>
    [
        .. PlacesOf(n).Select(p => p.Tree.GetRoot().FindToken(p.Position).Parent).OfType<SimpleNameSyntax>(),
    ]);

    private Dictionary<string, List<(SyntaxTree, int)>> ReadNames()
    {
        var places = new Dictionary<string, List<(SyntaxTree, int)>>();
        foreach (SyntaxTree tree in _compilation.SyntaxTrees)
        {
            foreach (SyntaxToken token in tree.GetRoot().DescendantTokens())
            {
                string? name = token.Kind() switch
                {
                    SyntaxKind.IdentifierToken => token.ValueText,
                    SyntaxKind.NewKeyword when token.Parent is ImplicitObjectCreationExpressionSyntax => NamelessNew,
                    _ => null,
                };
                if (name is null) continue;
                if (!places.TryGetValue(name, out List<(SyntaxTree, int)>? list)) places.Add(name, list = []);
                list.Add((tree, token.SpanStart));
            }
        }
        return places;
    }
}
