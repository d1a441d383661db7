using GreenThreads.Weaver.Metadata;
using Mono.Cecil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>A virtual or interface slot that a method of the module implements.</summary>
/// <param name="Root">The method that declares the slot.</param>
/// <param name="Reference">The same, as instantiated in the implementing type.</param>
internal sealed record Slot(MethodDefinition Root, MethodReference Reference);

/// <summary>Which methods of the module implement which virtual and interface slots.</summary>
internal sealed class SlotTable
{
    private readonly Dictionary<MethodDefinition, List<Slot>> _slots = [];
    private readonly Dictionary<MethodDefinition, List<MethodDefinition>> _roots = [];
    private readonly Dictionary<MethodDefinition, List<MethodDefinition>> _implementations = [];

    public SlotTable(ModuleDefinition module)
    {
        foreach (TypeDefinition type in module.Types.SelectMany(TypeExtensions.WithNested))
        {
            AddOverrides(type);
            if (!type.IsInterface) AddInterfaces(type);
        }
    }

    /// <summary>The slots that a method implements; also those that a derived type of the module gives it.</summary>
    public IReadOnlyList<Slot> SlotsOf(MethodDefinition method) => _slots.TryGetValue(method, out List<Slot>? slots) ? slots : [];

    /// <summary>The methods that declare what a method implements: slots, and static members of interfaces.</summary>
    public IReadOnlyList<MethodDefinition> RootsOf(MethodDefinition method) => _roots.TryGetValue(method, out List<MethodDefinition>? roots) ? roots : [];

    /// <summary>The module's implementations of a slot.</summary>
    public IReadOnlyList<MethodDefinition> ImplementationsOf(MethodDefinition root) =>
        _implementations.TryGetValue(root, out List<MethodDefinition>? methods) ? methods : [];

    /// <summary>The method that declares the slot which a virtual method overrides, or the method itself.</summary>
    public static MethodDefinition RootOf(MethodDefinition method)
    {
        while (method.IsVirtual && method.IsReuseSlot && !method.DeclaringType.IsInterface)
        {
            if (BaseOf(method) is not { } overridden) break;
            method = overridden;
        }
        return method;
    }

    private void Add(MethodDefinition method, MethodDefinition root, MethodReference reference)
    {
        if (!_slots.TryGetValue(method, out List<Slot>? slots)) _slots.Add(method, slots = []);
        if (slots.Any(s => s.Root == root && s.Reference.DeclaringType.FullName == reference.DeclaringType.FullName)) return;
        slots.Add(new Slot(root, reference));
        AddImplementation(method, root);
    }

    private void AddImplementation(MethodDefinition method, MethodDefinition root)
    {
        if (!_roots.TryGetValue(method, out List<MethodDefinition>? roots)) _roots.Add(method, roots = []);
        if (!roots.Contains(root)) roots.Add(root);
        if (!_implementations.TryGetValue(root, out List<MethodDefinition>? methods)) _implementations.Add(root, methods = []);
        if (!methods.Contains(method)) methods.Add(method);
    }

    private void AddOverrides(TypeDefinition type)
    {
        foreach (MethodDefinition method in type.Methods)
        {
            if (method.IsStatic)
            {
                AddStatic(method);
                continue;
            }
            if (!method.IsVirtual) continue;
            MethodDefinition root = RootOf(method);
            if (!method.IsFinal || !method.IsNewSlot || method.Overrides.Count == 0) Add(method, root, OnSelf(method));
            foreach (MethodReference slot in method.Overrides)
            {
                if (slot.Resolve() is { } declared) Add(method, RootOf(declared), slot);
            }
        }
    }

    // A static abstract or virtual member is called by the entry point of what implements it: there is no receiver to shake
    // hands about, and so no slot that a stub would have to know.
    private void AddStatic(MethodDefinition method)
    {
        if (method.IsVirtual && method.HasBody) AddImplementation(method, method);
        foreach (MethodReference slot in method.Overrides)
        {
            if (slot.Resolve() is { } declared) AddImplementation(method, declared);
        }
    }

    private void AddInterfaces(TypeDefinition type)
    {
        foreach (TypeReference contract in AllInterfaces(type, []))
        {
            if (contract.Resolve() is not { } definition) continue;
            IReadOnlyList<TypeReference> arguments = ArgumentsOf(contract);
            foreach (MethodDefinition declared in definition.Methods)
            {
                if (!declared.IsVirtual || declared.IsStatic || IsExplicit(type, declared, contract)) continue;
                if (ImplementationOf(type, declared, arguments) is not var (method, typeArguments) || method.Module != type.Module) continue;
                if (InTermsOf(method.DeclaringType, contract, type, typeArguments) is { } seen) Add(method, declared, On(declared, seen));
            }
        }
    }

    private static bool IsExplicit(TypeDefinition type, MethodDefinition declared, TypeReference contract) => type.Methods.Any(m =>
        m.Overrides.Any(o => o.Name == declared.Name && o.DeclaringType.FullName == contract.FullName && o.Resolve() == declared));

    // The public virtual method of the type or the nearest base that has the interface method's name and signature.
    // Explicit implementations are found by their override entries.
    private static (MethodDefinition Method, IReadOnlyList<TypeReference> Arguments)? ImplementationOf(TypeDefinition type, MethodDefinition declared, IReadOnlyList<TypeReference> arguments)
    {
        string signature = Signatures.Of(declared, arguments);
        TypeReference? current = type;
        IReadOnlyList<TypeReference> typeArguments = [.. type.GenericParameters];
        while (current?.Resolve() is { } definition)
        {
            foreach (MethodDefinition method in definition.Methods)
            {
                if (method.IsVirtual && method.IsPublic && method.Name == declared.Name && Signatures.Of(method, typeArguments) == signature)
                    return (method, typeArguments);
            }
            current = definition.BaseType?.Substitute(typeArguments, []);
            typeArguments = current is null ? [] : ArgumentsOf(current);
        }
        return null;
    }

    // The interface that a derived type gives to a method of its base, as the base would write it: in its own type parameters.
    // Null where the base cannot name it: class D<T> : B, I<T> makes of B's method an implementation of every I<T>.
    private static TypeReference? InTermsOf(TypeDefinition declaring, TypeReference contract, TypeDefinition type, IReadOnlyList<TypeReference> arguments)
    {
        if (declaring == type || !type.HasGenericParameters || contract is not GenericInstanceType) return contract;
        var substitutes = new TypeReference?[type.GenericParameters.Count];
        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] is GenericParameter parameter && parameter.Owner == type) substitutes[parameter.Position] ??= declaring.GenericParameters[i];
        }
        bool isNamed = ((GenericInstanceType)contract).GenericArguments.All(a => Names(a, p => p.Owner != type || substitutes[p.Position] is not null));
        return isNamed ? contract.Substitute([.. substitutes.Select((s, i) => s ?? type.GenericParameters[i])], []) : null;
    }

    private static bool Names(TypeReference type, Func<GenericParameter, bool> isKnown) => type switch
    {
        GenericParameter parameter => isKnown(parameter),
        GenericInstanceType instance => instance.GenericArguments.All(a => Names(a, isKnown)),
        TypeSpecification specification => Names(specification.ElementType, isKnown),
        _ => true,
    };

    private static IEnumerable<TypeReference> AllInterfaces(TypeReference type, HashSet<string> seen)
    {
        if (type.Resolve() is not { } definition) yield break;
        IReadOnlyList<TypeReference> arguments = type is GenericInstanceType ? ArgumentsOf(type) : [.. definition.GenericParameters];
        foreach (InterfaceImplementation implementation in definition.Interfaces)
        {
            TypeReference contract = implementation.InterfaceType.Substitute(arguments, []);
            if (!seen.Add(contract.FullName)) continue;
            yield return contract;
            foreach (TypeReference inherited in AllInterfaces(contract, seen)) yield return inherited;
        }
        if (definition.BaseType is null) yield break;
        foreach (TypeReference inherited in AllInterfaces(definition.BaseType.Substitute(arguments, []), seen)) yield return inherited;
    }

    private static MethodDefinition? BaseOf(MethodDefinition method)
    {
        TypeDefinition type = method.DeclaringType;
        string signature = Signatures.Of(method, []);
        string parameters = signature[..(signature.LastIndexOf(')') + 1)];
        TypeReference? current = type.BaseType;
        while (current?.Resolve() is { } definition)
        {
            IReadOnlyList<TypeReference> arguments = ArgumentsOf(current);
            foreach (MethodDefinition candidate in definition.Methods)
            {
                if (!candidate.IsVirtual || candidate.Name != method.Name) continue;
                string other = Signatures.Of(candidate, arguments);
                if (other == signature || other[..(other.LastIndexOf(')') + 1)] == parameters) return candidate;
            }
            current = definition.BaseType?.Substitute(arguments, []);
        }
        return null;
    }

    private static IReadOnlyList<TypeReference> ArgumentsOf(TypeReference type) =>
        type is GenericInstanceType instance ? [.. instance.GenericArguments] : [];

    private static MethodReference OnSelf(MethodDefinition method) => On(method, method.DeclaringType.AsSelf());

    /// <summary>The method as a member of an instantiation of its type.</summary>
    public static MethodReference On(MethodReference method, TypeReference type)
    {
        if (type is not GenericInstanceType) return method;
        var reference = new MethodReference(method.Name, method.ReturnType, type)
        {
            HasThis = method.HasThis,
            ExplicitThis = method.ExplicitThis,
            CallingConvention = method.CallingConvention,
        };
        foreach (ParameterDefinition parameter in method.Parameters) reference.Parameters.Add(new ParameterDefinition(parameter.ParameterType));
        foreach (GenericParameter parameter in method.GenericParameters) reference.GenericParameters.Add(new GenericParameter(parameter.Name, reference));
        return reference;
    }
}
