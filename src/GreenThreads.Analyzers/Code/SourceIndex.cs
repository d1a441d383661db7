using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Analyzers.Code;

/// <summary>Finds uses of symbols in the source of one compilation, on demand.</summary>
/// <remarks>
/// Most compilations never ask. The first question reads the identifiers of all trees once; each further one binds only the
/// places that have the name. Safe for concurrent use.
/// </remarks>
internal sealed class SourceIndex
{
    private readonly Compilation _compilation;
    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = new();
    private readonly ConcurrentDictionary<string, ImmutableArray<SimpleNameSyntax>> _names = new();
    private readonly Lazy<Dictionary<string, List<SyntaxTree>>> _treesByName;

    public SourceIndex(Compilation compilation)
    {
        _compilation = compilation;
        _treesByName = new Lazy<Dictionary<string, List<SyntaxTree>>>(ReadNames);
    }

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
    public IEnumerable<SimpleNameSyntax> UsesOf(ISymbol symbol)
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
    public IEnumerable<SyntaxNode> CreationsOf(INamedTypeSymbol type)
    {
        INamedTypeSymbol definition = type.OriginalDefinition;
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
            foreach (SyntaxTree tree in TreesWith(created.Name))
            {
                foreach (ImplicitObjectCreationExpressionSyntax creation in tree.GetRoot().DescendantNodes().OfType<ImplicitObjectCreationExpressionSyntax>())
                {
                    if (Creates(creation, created) && seen.Add(creation)) yield return creation;
                }
            }
        }
    }

    /// <summary>The methods in the source that override or implement the method, or it itself when it has a body.</summary>
    public IEnumerable<IMethodSymbol> ImplementationsOf(IMethodSymbol method)
    {
        IMethodSymbol definition = Definition(method) as IMethodSymbol ?? method;
        if (!definition.IsAbstract) yield return definition;
        if (definition is { IsAbstract: false, IsVirtual: false, IsOverride: false }) yield break;
        foreach (SyntaxTree tree in TreesWith(definition.Name))
        {
            foreach (MethodDeclarationSyntax declaration in tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>())
            {
                if (declaration.Identifier.ValueText != definition.Name) continue;
                if (ModelOf(tree).GetDeclaredSymbol(declaration) is { } candidate
                    && !SymbolEqualityComparer.Default.Equals(candidate, definition)
                    && SlotsOf(candidate).Any(slot => SymbolEqualityComparer.Default.Equals(slot, definition)))
                    yield return candidate;
            }
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

    private IReadOnlyList<SyntaxTree> TreesWith(string name) => _treesByName.Value.TryGetValue(name, out List<SyntaxTree>? trees) ? trees : [];

    private ImmutableArray<SimpleNameSyntax> NamesOf(string name) => _names.GetOrAdd(name, n =>
    [
        .. TreesWith(n).SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>().Where(s => s.Identifier.ValueText == n)),
    ]);

    private Dictionary<string, List<SyntaxTree>> ReadNames()
    {
        var trees = new Dictionary<string, List<SyntaxTree>>();
        foreach (SyntaxTree tree in _compilation.SyntaxTrees)
        {
            foreach (SyntaxToken token in tree.GetRoot().DescendantTokens())
            {
                if (!token.IsKind(SyntaxKind.IdentifierToken)) continue;
                if (!trees.TryGetValue(token.ValueText, out List<SyntaxTree>? list)) trees.Add(token.ValueText, list = []);
                if (list.Count == 0 || list[list.Count - 1] != tree) list.Add(tree);
            }
        }
        return trees;
    }
}
