using GreenThreads.Weaver.Metadata;
using Mono.Cecil;

namespace GreenThreads.Weaver.Analysis;

/// <summary>What code outside the module can bring into its calls: the framework's slots, overrides, referenced woven assemblies.</summary>
/// <param name="module">The module that is woven.</param>
/// <param name="isLibrary">
/// Whether it is somebody else's library: then getters are not open. A library reads its properties everywhere and few
/// overrides of them wait, but all that reads one would be woven.
/// </param>
internal sealed class OpenWorld(ModuleDefinition module, bool isLibrary)
{
    // Slots of the framework that often lead to code that waits, whoever implements them, beside those with an asynchronous
    // twin (Stream.Read, TextReader.ReadLine, DbCommand.ExecuteReader ...).
    private static readonly HashSet<string> s_openFrameworkSlots =
    [
        "System.IDisposable::Dispose", "System.Collections.IEnumerator::MoveNext", "System.IServiceProvider::GetService",
        "System.IO.Stream::ReadByte", "System.IO.Stream::WriteByte", "System.IO.Stream::Close",
        "System.IO.TextReader::Peek", "System.IO.TextReader::Close", "System.IO.TextWriter::Close",
        "System.IObserver`1::OnNext", "System.IObserver`1::OnError", "System.IObserver`1::OnCompleted", "System.IObservable`1::Subscribe",
    ];

    // Types of the framework all of whose methods talk to something far away.
    private static readonly HashSet<string> s_openFrameworkTypes =
    [
        "System.Data.IDbConnection", "System.Data.IDbCommand", "System.Data.IDataReader", "System.Data.IDbTransaction",
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
            || s_openFrameworkTypes.Contains(root.DeclaringType.FullName) && !root.IsSpecialName
            || (IsWoven(root)
                ? IsOverridableElsewhere(root) && !(isLibrary && root.IsGetter && root.Module == module)
                : HasAsynchronousTwin(root) || ExternalSlots().Contains(root.FullName));
        _open.Add(root, open);
        return open;
    }

    /// <summary>Whether a referenced woven assembly implements the slot with a method that may wait.</summary>
    public bool IsImplementedElsewhere(MethodDefinition root) => ExternalSlots().Contains(root.FullName);

    // System.Xml has twins of everything, over streams that the framework itself reads.
    private static bool HasAsynchronousTwin(MethodDefinition root) =>
        !root.IsSpecialName && root.DeclaringType.Namespace != "System.Xml" && root.DeclaringType.Methods.Any(m => m.Name.Length == root.Name.Length + 5 && m.Name.EndsWith("Async", StringComparison.Ordinal)
            && m.Name.StartsWith(root.Name, StringComparison.Ordinal));

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
