using System.ComponentModel;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ApiReference;

/// <summary>The pages of an assembly's public types.</summary>
internal static class Pages
{
    private static readonly SymbolDisplayFormat s_signature = new(
        globalNamespaceStyle: SymbolDisplayGlobalNamespaceStyle.Omitted,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameOnly,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeRef,
        delegateStyle: SymbolDisplayDelegateStyle.NameAndSignature,
        extensionMethodStyle: SymbolDisplayExtensionMethodStyle.StaticMethod,
        parameterOptions: SymbolDisplayParameterOptions.IncludeExtensionThis | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeType
            | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        kindOptions: SymbolDisplayKindOptions.IncludeTypeKeyword,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier
            | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    private static readonly SymbolDisplayFormat s_heading = new(
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameOnly,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeParamsRefOut,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    private static readonly (string Title, Func<ISymbol, bool> Has)[] s_groups =
    [
        ("Values", static member => member is IFieldSymbol),
        ("Constructors", static member => member is IMethodSymbol { MethodKind: MethodKind.Constructor }),
        ("Properties", static member => member is IPropertySymbol),
        ("Methods", static member => member is IMethodSymbol { MethodKind: MethodKind.Ordinary }),
        ("Events", static member => member is IEventSymbol),
    ];

    /// <summary>All pages: names and texts.</summary>
    /// <param name="assembly">The assembly; its XML documentation is beside it.</param>
    internal static IReadOnlyDictionary<string, string> Write(string assembly)
    {
        string documentation = Path.ChangeExtension(assembly, ".xml");
        if (!File.Exists(documentation)) throw new FileNotFoundException($"{documentation} is missing: build the library first.");
        string[] platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        MetadataReference library = MetadataReference.CreateFromFile(assembly, documentation: new DocumentationFile(documentation));
        CSharpCompilation compilation = CSharpCompilation.Create("Reference",
            references: [library, .. platform.Where(file => Path.GetFileName(file) != Path.GetFileName(assembly)).Select(static file => MetadataReference.CreateFromFile(file))]);
        var symbol = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(library)!;
        INamedTypeSymbol[] types = [.. TypesOf(symbol.GlobalNamespace).Where(IsShown).OrderBy(static type => type.ToDisplayString(), StringComparer.Ordinal)];
        var comments = new Comments(types.ToDictionary(static type => type.GetDocumentationCommentId()!, NameOf));
        var pages = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["README.md"] = Map(types, comments) };
        foreach (INamedTypeSymbol type in types) pages.Add(NameOf(type), Page(type, comments));
        return pages;
    }

    private static string Map(INamedTypeSymbol[] types, Comments comments)
    {
        var page = new StringBuilder("# API reference\n\nMade from the library and its XML documentation by `eng/update-api-reference`.\n");
        foreach (IGrouping<string, INamedTypeSymbol> space in types.GroupBy(static type => type.ContainingNamespace.ToDisplayString()))
        {
            page.Append($"\n## {space.Key}\n\n| Type | |\n|---|---|\n");
            foreach (INamedTypeSymbol type in space) page.Append($"| [{Escape(ShortName(type))}]({NameOf(type)}) | {comments.FirstSentence(type).Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
        return page.ToString();
    }

    private static string Page(INamedTypeSymbol type, Comments comments)
    {
        var page = new StringBuilder();
        page.Append($"# {Escape(ShortName(type))}\n\nNamespace `{type.ContainingNamespace.ToDisplayString()}`. [All types](README.md).\n\n");
        page.Append($"`{Kind(type)} {type.ToDisplayString(s_heading)}{Bases(type)}`\n\n");
        page.Append(comments.Of(type));
        ISymbol[] members = [.. type.GetMembers().Where(IsShown)];
        foreach ((string title, Func<ISymbol, bool> has) in s_groups)
        {
            ISymbol[] group = [.. members.Where(has).Where(member => IsWorthAPlace(type, member))];
            if (group.Length == 0) continue;
            if (title == "Values" && type.TypeKind == TypeKind.Enum)
            {
                page.Append("\n## Values\n\n| Value | |\n|---|---|\n");
                foreach (ISymbol member in group) page.Append($"| `{member.Name}` | {comments.FirstSentence(member)} |\n");
                continue;
            }
            page.Append($"\n## {title}\n");
            foreach (ISymbol member in group)
            {
                page.Append($"\n### {Escape(Heading(member))}\n\n`{member.ToDisplayString(s_signature)}`\n\n");
                page.Append(comments.Of(member));
            }
        }
        return page.ToString().TrimEnd('\n') + "\n";
    }

    // What every type has, or what only the compiler asks for.
    private static bool IsWorthAPlace(INamedTypeSymbol type, ISymbol member) => member switch
    {
        IMethodSymbol { IsImplicitlyDeclared: true } => false,
        IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.Length: 0 } when type.IsValueType => false,
        IMethodSymbol { Name: "Equals" or "GetHashCode" or "ToString" or "PrintMembers" or "Deconstruct" or "<Clone>$" } when type.IsRecord => false,
        IPropertySymbol { Name: "EqualityContract" } => false,
        _ => true,
    };

    private static string Heading(ISymbol member) =>
        member is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor
            ? $"{constructor.ContainingType.Name}({string.Join(", ", constructor.Parameters.Select(static parameter => parameter.Type.ToDisplayString(s_heading)))})"
            : member.ToDisplayString(s_heading);

    private static string Kind(INamedTypeSymbol type) => type.TypeKind switch
    {
        TypeKind.Enum => "enum",
        TypeKind.Struct => type.IsRecord ? "record struct" : type.IsRefLikeType ? "ref struct" : "struct",
        TypeKind.Interface => "interface",
        TypeKind.Delegate => "delegate",
        _ => (type.IsStatic ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + (type.IsRecord ? "record" : "class"),
    };

    private static string Bases(INamedTypeSymbol type)
    {
        string[] bases =
        [
            .. type is { TypeKind: TypeKind.Class, BaseType.SpecialType: SpecialType.None } ? [type.BaseType!.ToDisplayString(s_heading)] : Array.Empty<string>(),
            .. type.TypeKind is TypeKind.Class or TypeKind.Struct && !type.IsRecord ? type.Interfaces.Where(static one => one.DeclaredAccessibility == Accessibility.Public).Select(static one => one.ToDisplayString(s_heading)) : [],
        ];
        return bases.Length == 0 ? "" : " : " + string.Join(", ", bases);
    }

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceSymbol space) =>
        space.GetTypeMembers().SelectMany(WithNested).Concat(space.GetNamespaceMembers().SelectMany(TypesOf));

    private static IEnumerable<INamedTypeSymbol> WithNested(INamedTypeSymbol type) => type.GetTypeMembers().SelectMany(WithNested).Prepend(type);

    private static bool IsShown(ISymbol symbol)
    {
        if (symbol.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Protected)) return false;
        if (symbol is INamedTypeSymbol && (symbol.Name.Contains('<', StringComparison.Ordinal) || !IsForUsers(symbol.ContainingNamespace))) return false;
        for (ISymbol? outer = symbol; outer is INamedTypeSymbol or IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol; outer = outer.ContainingType)
        {
            if (outer.GetAttributes().Any(static data => data.AttributeClass?.Name == nameof(EditorBrowsableAttribute)
                && data.ConstructorArguments is [{ Value: (int)EditorBrowsableState.Never }])) return false;
            if (outer.ContainingType is { DeclaredAccessibility: not Accessibility.Public }) return false;
        }
        return true;
    }

    // The other namespaces are what woven code calls.
    private static bool IsForUsers(INamespaceSymbol space) => space.ToDisplayString() is "GreenThreads" or "GreenThreads.Diagnostics" or "GreenThreads.Twins";

    private static string NameOf(INamedTypeSymbol type) =>
        $"{type.ContainingNamespace.ToDisplayString()}.{ShortName(type).Replace('<', '-').Replace(">", "", StringComparison.Ordinal).Replace(", ", "-", StringComparison.Ordinal)}.md";

    private static string ShortName(INamedTypeSymbol type) => type.ToDisplayString(new SymbolDisplayFormat(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes, genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters));

    private static string Escape(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal);
}
