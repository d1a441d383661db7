using GreenThreads.Weaver.Metadata;
using Mono.Cecil;

namespace GreenThreads.Weaver.Reference;

/// <summary>The page that lists the blocking calls which woven code makes in another way.</summary>
internal static class BlockingCallsPage
{
    private const string Offloads = "GreenThreads.Substitutions.OffloadsAttribute";
    private const string Prepares = "GreenThreads.Substitutions.PreparesAttribute";

    /// <summary>The kind of a substitute that never waits.</summary>
    public const string Preparing = "prepares";

    private sealed record Row(string Member, string Kind, string Since);

    /// <summary>Writes the page.</summary>
    /// <param name="references">The framework's assemblies and the runtime library, as files.</param>
    /// <param name="output">Where the page goes.</param>
    /// <param name="errors">Where it is said what is wrong with the table.</param>
    /// <param name="asData">Lines for programs instead: <see cref="BlockingCallsData"/>.</param>
    /// <returns>False when a type of the table is not found, or has no blocking member with a twin.</returns>
    public static bool Write(IReadOnlyList<string> references, TextWriter output, TextWriter errors, bool asData = false)
    {
        using var resolver = new ReferenceResolver(references);
        AssemblyDefinition? runtime = resolver.Resolve(new AssemblyNameReference(RuntimeTypes.AssemblyName, null));
        if (runtime is null)
        {
            errors.WriteLine($"{RuntimeTypes.AssemblyName}.dll is not among the references; name it with --reference.");
            return false;
        }
        using ModuleDefinition user = ModuleDefinition.CreateModule("User", new ModuleParameters { AssemblyResolver = resolver, Kind = ModuleKind.Dll });
        var substitutions = new SubstitutionTable(user, runtime.MainModule);
        var twins = new TwinTable(user, runtime.MainModule, substitutions, []);
        var tables = new SortedDictionary<string, List<Row>>(StringComparer.Ordinal);
        foreach (SubstitutedMember member in substitutions.Members)
            RowsOf(tables, member.Type).Add(new Row(Name(member), Kind(member.Substitute), member.Since));
        bool complete = true;
        foreach ((TypeReference reference, string since) in twins.Types)
        {
            if (reference.Resolve() is not { } type)
            {
                errors.WriteLine($"{reference.FullName} of the table of twins was not found among the references.");
                complete = false;
                continue;
            }
            int found = 0;
            foreach (MethodDefinition method in type.Methods)
            {
                if (twins.Find(method, method) is not { } twin) continue;
                RowsOf(tables, type).Add(new Row(Signature(method.Name, method.Parameters), $"twin `{twin.Method.Name}`", since));
                found++;
            }
            if (found > 0) continue;
            errors.WriteLine($"{reference.FullName} of the table of twins has no blocking member with an asynchronous twin.");
            complete = false;
        }
        if (asData) BlockingCallsData.Write(substitutions, twins, output);
        else Print(tables, output);
        return complete;
    }

    private static void Print(SortedDictionary<string, List<Row>> tables, TextWriter output)
    {
        output.WriteLine("# Blocking calls");
        output.WriteLine();
        output.WriteLine("Which calls of the base library woven code makes in another way, so that a green thread that has to wait is");
        output.WriteLine("suspended and its carrier goes on. On a plain OS thread each of them does what it always does.");
        output.WriteLine();
        output.WriteLine("| Kind | Meaning |");
        output.WriteLine("|---|---|");
        output.WriteLine("| direct | an implementation of our own suspends the green thread |");
        output.WriteLine("| twin | the asynchronous member is called and its task awaited; by rule, see `TwinsAttribute` |");
        output.WriteLine("| off-load | the plain call is made on an OS thread of the blocking pool, the green thread is suspended meanwhile |");
        output.WriteLine("| prepares | does not wait: the object is made such that the waits of its other members cost no thread of the pool |");
        output.WriteLine("| pins | the plain call; what it takes belongs to an OS thread, so the green thread keeps its carrier, which is replaced if it blocks |");
        output.WriteLine();
        output.WriteLine("A class that overrides a blocking member but not its twin is called as written. This page is made from the table by");
        output.WriteLine("`eng/update-blocking-calls`.");
        foreach ((string type, List<Row> rows) in tables)
        {
            output.WriteLine();
            output.WriteLine($"## {type}");
            output.WriteLine();
            output.WriteLine("| Member | Kind | Since |");
            output.WriteLine("|---|---|---|");
            foreach (Row row in rows.OrderBy(r => r.Member, StringComparer.Ordinal)) output.WriteLine($"| `{row.Member}` | {row.Kind} | {row.Since} |");
        }
    }

    private static List<Row> RowsOf(SortedDictionary<string, List<Row>> tables, TypeDefinition type)
    {
        string name = TypeName(type, qualified: true);
        if (!tables.TryGetValue(name, out List<Row>? rows)) tables.Add(name, rows = []);
        return rows;
    }

    /// <summary>What a substitute does: direct, off-load, prepares or pins.</summary>
    public static string Kind(MethodDefinition substitute) =>
        substitute.DeclaringType.Has(Prepares) ? Preparing
        : substitute.Has(Offloads) || substitute.DeclaringType.Has(Offloads) ? "off-load"
        : substitute.Has(WovenNames.NotWovenAttribute) || substitute.DeclaringType.Has(WovenNames.NotWovenAttribute) ? "pins"
        : "direct";

    private static string Name(SubstitutedMember member)
    {
        MethodDefinition substitute = member.Substitute;
        if (substitute.Name == "Create") return $"new {Signature(TypeName(member.Type, qualified: false), substitute.Parameters)}";
        bool isInstance = substitute.Parameters.Count > 0 && substitute.Parameters[0].ParameterType.GetElementType().FullName == member.Type.FullName
            && !member.Type.Methods.Any(m => m.IsStatic && m.Name == substitute.Name && m.Parameters.Count == substitute.Parameters.Count);
        IEnumerable<ParameterDefinition> parameters = isInstance ? substitute.Parameters.Skip(1) : substitute.Parameters;
        return substitute.Name.StartsWith("get_", StringComparison.Ordinal) ? substitute.Name[4..] : Signature(substitute.Name, parameters);
    }

    private static string Signature(string name, IEnumerable<ParameterDefinition> parameters) =>
        $"{name}({string.Join(", ", parameters.Select(p => (p.IsOut ? "out " : "") + TypeName(p.ParameterType, qualified: false)))})";

    private static string TypeName(TypeReference type, bool qualified) => type switch
    {
        GenericInstanceType instance => $"{Simple(instance.ElementType, qualified)}<{string.Join(", ", instance.GenericArguments.Select(a => TypeName(a, qualified: false)))}>",
        ArrayType array => $"{TypeName(array.ElementType, qualified)}[]",
        ByReferenceType reference => TypeName(reference.ElementType, qualified),
        IModifierType modifier => TypeName(modifier.ElementType, qualified),
        { HasGenericParameters: true } => $"{Simple(type, qualified)}<{string.Join(", ", type.GenericParameters.Select(p => p.Name))}>",
        _ => Simple(type, qualified),
    };

    private static string Simple(TypeReference type, bool qualified)
    {
        string name = type.Name.Split('`')[0];
        if (type.DeclaringType is not null && !type.IsGenericParameter) return $"{Simple(type.DeclaringType, qualified)}.{name}";
        return qualified && type.Namespace.Length > 0 ? $"{type.Namespace}.{name}" : name;
    }
}
