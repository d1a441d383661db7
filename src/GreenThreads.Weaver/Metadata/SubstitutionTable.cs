using System.Text;
using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>
/// Which blocking members are replaced by which methods of the runtime library, read from its classes marked
/// [Substitute(typeof(X))].
/// </summary>
internal sealed class SubstitutionTable
{
    private const string Attribute = "GreenThreads.Substitutions.SubstituteAttribute";

    private readonly ModuleDefinition _module;

    // by type, name and signature of the replaced member
    private readonly Dictionary<string, MethodDefinition> _rows = [];
    private readonly HashSet<string> _names = [];
    private readonly List<SubstitutedMember> _members = [];
    private readonly Dictionary<MethodDefinition, MethodDefinition?> _found = [];

    public SubstitutionTable(ModuleDefinition module, ModuleDefinition runtime)
    {
        _module = module;
        if (runtime == module) return; // the library's own calls of these members are meant
        foreach (TypeDefinition type in runtime.Types)
        {
            if (!type.HasCustomAttributes) continue;
            foreach (CustomAttribute attribute in type.CustomAttributes)
            {
                if (attribute.AttributeType.FullName != Attribute) continue;
                Add(type, ((TypeReference)attribute.ConstructorArguments[0].Value).Resolve(), attribute);
            }
        }
    }

    /// <summary>All rows, in the order of the runtime library.</summary>
    public IReadOnlyList<SubstitutedMember> Members => _members;

    /// <summary>The method that replaces a call, instantiated; null when the member is not replaced.</summary>
    /// <param name="callee">The method that the IL names.</param>
    /// <param name="definition">What it resolves to.</param>
    /// <param name="isNew">Whether the instruction is a newobj.</param>
    public (MethodReference Reference, MethodDefinition Definition)? Find(MethodReference callee, MethodDefinition definition, bool isNew)
    {
        if (definition.IsConstructor != isNew) return null;
        if (!_found.TryGetValue(definition, out MethodDefinition? row)) _found.Add(definition, row = FindRow(definition, isNew));
        if (row is null) return null;
        MethodReference reference = _module.ImportReference(row);
        if (!row.HasGenericParameters) return (reference, row);
        var instance = new GenericInstanceMethod(reference);
        if (callee.DeclaringType is GenericInstanceType type)
        {
            foreach (TypeReference argument in type.GenericArguments) instance.GenericArguments.Add(argument);
        }
        if (callee is GenericInstanceMethod method)
        {
            foreach (TypeReference argument in method.GenericArguments) instance.GenericArguments.Add(argument);
        }
        return instance.GenericArguments.Count == row.GenericParameters.Count ? (instance, row) : null;
    }

    private MethodDefinition? FindRow(MethodDefinition definition, bool isNew)
    {
        string name = isNew ? "Create" : definition.Name;
        if (!_names.Contains($"{definition.DeclaringType.FullName}::{name}")) return null;
        return _rows.GetValueOrDefault(Key(definition.DeclaringType, name, Called(definition, isNew)));
    }

    private void Add(TypeDefinition substitutes, TypeDefinition? replaced, CustomAttribute attribute)
    {
        if (replaced is null) return;
        foreach (MethodDefinition method in substitutes.Methods)
        {
            if (!method.IsPublic || !method.IsStatic || method.Name.StartsWith('<')) continue;
            _names.Add($"{replaced.FullName}::{method.Name}");
            if (_rows.TryAdd(Key(replaced, method.Name, Own(method)), method)) _members.Add(new SubstitutedMember(replaced, method, SinceOf(attribute)));
        }
    }

    /// <summary>The value of the attribute's property Since.</summary>
    public static string SinceOf(CustomAttribute attribute) =>
        attribute.Properties.Where(p => p.Name == "Since").Select(p => (string)p.Argument.Value).FirstOrDefault("0.1");

    private static string Key(TypeDefinition type, string name, string signature) => $"{type.FullName}::{name}{signature}";

    // The parameters that a substitute of the member must have: receiver, then arguments; type parameters in one row.
    private static string Called(MethodDefinition definition, bool isNew)
    {
        int arity = definition.DeclaringType.GenericParameters.Count;
        var text = new StringBuilder("(");
        if (definition.HasThis && !isNew)
        {
            Append(text, definition.DeclaringType.AsSelf(), arity);
            text.Append(',');
        }
        foreach (ParameterDefinition parameter in definition.Parameters)
        {
            Append(text, parameter.ParameterType, arity);
            text.Append(',');
        }
        return text.Append(')').ToString();
    }

    private static string Own(MethodDefinition method)
    {
        var text = new StringBuilder("(");
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            Append(text, parameter.ParameterType, 0);
            text.Append(',');
        }
        return text.Append(')').ToString();
    }

    private static void Append(StringBuilder text, TypeReference type, int arity)
    {
        // a declaring type's T0 is the substitute's first type parameter; a method's own come after them
        if (arity == 0)
        {
            Signatures.Append(text, type);
            return;
        }
        var positional = new PositionalOwner(arity + 16);
        List<TypeReference> fromType = [.. Enumerable.Range(0, arity).Select(positional.Parameter)];
        List<TypeReference> fromMethod = [.. Enumerable.Range(arity, 16).Select(positional.Parameter)];
        Signatures.Append(text, type.Substitute(fromType, fromMethod));
    }

    // Stands for a method with many type parameters, to name them by position.
    private sealed class PositionalOwner
    {
        private readonly MethodReference _owner = new("m", new TypeReference("System", "Void", null, null), new TypeReference("", "t", null, null));

        public PositionalOwner(int count)
        {
            for (int i = 0; i < count; i++) _owner.GenericParameters.Add(new GenericParameter($"T{i}", _owner));
        }

        public TypeReference Parameter(int index) => _owner.GenericParameters[index];
    }
}

/// <summary>A member that has a substitute.</summary>
/// <param name="Type">The type that declares it.</param>
/// <param name="Substitute">What is called in its place; has its name, or is named Create for a constructor.</param>
/// <param name="Since">The version of the runtime library that had it first.</param>
internal sealed record SubstitutedMember(TypeDefinition Type, MethodDefinition Substitute, string Since);
