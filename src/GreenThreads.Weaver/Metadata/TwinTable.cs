using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>
/// The types whose blocking members are replaced by waits for their asynchronous twins: those that [assembly: Twins] names,
/// in the runtime library, in the module and in the assemblies that it refers to, and all of the assemblies named to the tool.
/// </summary>
internal sealed class TwinTable
{
    private const string Attribute = "GreenThreads.TwinsAttribute";

    private readonly Dictionary<string, HashSet<string>> _types = []; // with the names of the members that are left as written
    private readonly List<(TypeReference Type, string Since)> _named = [];
    private readonly HashSet<string> _assemblies;
    private readonly SubstitutionTable _substitutions;
    private readonly Dictionary<MethodDefinition, Twin?> _found = [];

    public TwinTable(ModuleDefinition module, ModuleDefinition runtime, SubstitutionTable substitutions, IEnumerable<string> assemblies)
    {
        _substitutions = substitutions;
        _assemblies = new HashSet<string>(assemblies, StringComparer.OrdinalIgnoreCase);
        Add(runtime.Assembly);
        Add(module.Assembly);
        foreach (AssemblyNameReference name in module.AssemblyReferences)
        {
            AssemblyDefinition? referenced = module.AssemblyResolver.Resolve(name);
            if (referenced is not null && referenced != runtime.Assembly && referenced.MainModule.AssemblyReferences.Any(r => r.Name == RuntimeTypes.AssemblyName))
                Add(referenced);
        }
    }

    /// <summary>The types that attributes name, in their order, each with the version that named it first.</summary>
    public IReadOnlyList<(TypeReference Type, string Since)> Types => _named;

    /// <summary>The twin that is called in place of a member; null when the member is called as written.</summary>
    public Twin? Find(MethodReference callee, MethodDefinition definition)
    {
        if (_found.TryGetValue(definition, out Twin? twin)) return twin;
        if (IsNamed(definition) && _substitutions.Find(callee, definition, isNew: false) is null) twin = TwinRule.Find(definition);
        _found.Add(definition, twin);
        return twin;
    }

    private bool IsNamed(MethodDefinition definition)
    {
        if (_types.TryGetValue(definition.DeclaringType.FullName, out HashSet<string>? except)) return !except.Contains(definition.Name);
        return _assemblies.Contains(definition.Module.Assembly.Name.Name);
    }

    private void Add(AssemblyDefinition assembly)
    {
        foreach (CustomAttribute attribute in assembly.CustomAttributes)
        {
            if (attribute.AttributeType.FullName != Attribute) continue;
            var type = (TypeReference)attribute.ConstructorArguments[0].Value;
            _named.Add((type, SubstitutionTable.SinceOf(attribute)));
            if (!_types.TryGetValue(type.FullName, out HashSet<string>? except)) _types.Add(type.FullName, except = []);
            foreach (CustomAttributeNamedArgument property in attribute.Properties)
            {
                if (property.Name == "Except" && property.Argument.Value is string names)
                    except.UnionWith(names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            }
        }
    }
}
