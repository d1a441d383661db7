using GreenThreads.Weaver.Metadata;
using Mono.Cecil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>What code outside the module can bring into its calls: the framework's slots, overrides, referenced woven assemblies.</summary>
internal sealed class OpenWorld(ModuleDefinition module)
{
    // Slots of the framework that often lead to code that waits, whoever implements them.
    private static readonly HashSet<string> s_openFrameworkSlots =
    [
        "System.IDisposable::Dispose", "System.Collections.IEnumerator::MoveNext",
        "System.IO.Stream::Read", "System.IO.Stream::Write", "System.IO.Stream::ReadByte", "System.IO.Stream::WriteByte",
        "System.IO.Stream::Flush", "System.IO.Stream::CopyTo", "System.IO.Stream::Close",
        "System.IO.TextReader::Read", "System.IO.TextReader::ReadLine", "System.IO.TextReader::ReadToEnd", "System.IO.TextReader::ReadBlock",
        "System.IO.TextReader::Peek", "System.IO.TextWriter::Write", "System.IO.TextWriter::WriteLine", "System.IO.TextWriter::Flush",
    ];

    private readonly Dictionary<MethodDefinition, MethodDefinition?> _external = [];
    private readonly Dictionary<MethodDefinition, bool> _open = [];
    private HashSet<string>? _externalSlots;

    /// <summary>The woven body of a method of another assembly.</summary>
    public MethodDefinition? BodyOf(MethodDefinition method)
    {
        if (_external.TryGetValue(method, out MethodDefinition? body)) return body;
        body = method.Module.Assembly.Has(WovenNames.WovenAttribute) ? WovenNames.FindBody(method) : null;
        _external.Add(method, body);
        return body;
    }

    /// <summary>Whether the slot is declared in woven code. Of the framework's, such as Dispose, most implementations do not wait.</summary>
    public bool IsWoven(MethodDefinition root) => root.Module == module || root.Module.Assembly.Has(WovenNames.WovenAttribute);

    /// <summary>Whether a call through the slot may wait even if no implementation in the module does.</summary>
    public bool IsOpen(MethodDefinition root)
    {
        if (_open.TryGetValue(root, out bool open)) return open;
        open = s_openFrameworkSlots.Contains($"{root.DeclaringType.FullName}::{root.Name}")
            || (IsWoven(root) ? IsOverridableElsewhere(root) : ExternalSlots().Contains(root.FullName));
        _open.Add(root, open);
        return open;
    }

    /// <summary>Whether a referenced woven assembly implements the slot with a method that may wait.</summary>
    public bool IsImplementedElsewhere(MethodDefinition root) => ExternalSlots().Contains(root.FullName);

    private static bool IsOverridableElsewhere(MethodDefinition method)
    {
        for (TypeDefinition? type = method.DeclaringType; type is not null; type = type.DeclaringType)
        {
            if (!(type.IsPublic || type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamilyOrAssembly)) return false;
        }
        if (method.DeclaringType.IsInterface) return true;
        return !method.DeclaringType.IsSealed && !method.IsFinal && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly)
            && method.DeclaringType.Methods.Any(m => m.IsConstructor && !m.IsStatic && (m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly));
    }

    // The framework's slots that referenced woven assemblies implement with a woven body.
    private HashSet<string> ExternalSlots()
    {
        if (_externalSlots is not null) return _externalSlots;
        var all = new HashSet<string>();
        foreach (AssemblyNameReference name in module.AssemblyReferences)
        {
            AssemblyDefinition? assembly = module.AssemblyResolver.Resolve(name);
            if (assembly is null || !assembly.Has(WovenNames.WovenAttribute)) continue;
            var slots = new SlotTable(assembly.MainModule);
            foreach (MethodDefinition method in assembly.MainModule.Types.SelectMany(TypeExtensions.WithNested).SelectMany(t => t.Methods))
            {
                if (BodyOf(method) is null) continue;
                foreach (MethodDefinition root in slots.RootsOf(method)) all.Add(root.FullName);
            }
        }
        return _externalSlots = all;
    }
}
