using Mono.Cecil;

namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>
/// Verifies the IL of an assembly. It shares nothing with the weaver but the reader of assemblies: what the weaver takes
/// wrongly for granted must not be taken for granted here.
/// </summary>
internal static class AssemblyVerifier
{
    /// <summary>What is wrong, in the order of the methods.</summary>
    /// <param name="file">The assembly.</param>
    /// <param name="references">The assemblies that it refers to, as files.</param>
    /// <param name="verified">How many methods with a body there are.</param>
    public static IReadOnlyList<Finding> Verify(string file, IEnumerable<string> references, out int verified)
    {
        using var resolver = new FileResolver(references);
        using ModuleDefinition module = ModuleDefinition.ReadModule(file, new ReaderParameters { AssemblyResolver = resolver, InMemory = true });
        return Verify(module, out verified);
    }

    /// <summary>What is wrong with a module that has been read, or changed in memory.</summary>
    public static IReadOnlyList<Finding> Verify(ModuleDefinition module, out int verified)
    {
        var access = new Access(module);
        var findings = new List<Finding>();
        verified = 0;
        foreach (TypeDefinition type in module.GetTypes())
        {
            foreach (MethodDefinition method in type.Methods)
            {
                if (!method.HasBody) continue;
                verified++;
                findings.AddRange(Verify(method, access));
            }
        }
        return findings;
    }

    /// <summary>What is wrong with a method.</summary>
    public static IReadOnlyList<Finding> Verify(MethodDefinition method) => [.. Verify(method, new Access(method.Module))];

    private static IEnumerable<Finding> Verify(MethodDefinition method, Access access)
    {
        var found = new HashSet<Finding>();
        MethodVerifier.Verify(method, access, found);
        return found.OrderBy(f => f.Offset);
    }

    private sealed class FileResolver : BaseAssemblyResolver
    {
        private readonly Dictionary<string, AssemblyDefinition?> _loaded = [];
        private readonly Dictionary<string, string> _files = [];

        public FileResolver(IEnumerable<string> files)
        {
            foreach (string file in files) _files.TryAdd(Path.GetFileNameWithoutExtension(file), file);
        }

        public override AssemblyDefinition Resolve(AssemblyNameReference name)
        {
            if (_loaded.TryGetValue(name.Name, out AssemblyDefinition? known)) return known!;
            AssemblyDefinition? assembly = _files.TryGetValue(name.Name, out string? file)
                ? AssemblyDefinition.ReadAssembly(file, new ReaderParameters { AssemblyResolver = this, InMemory = true })
                : null;
            _loaded.Add(name.Name, assembly);
            return assembly!;
        }

        protected override void Dispose(bool disposing)
        {
            foreach (AssemblyDefinition? assembly in _loaded.Values) assembly?.Dispose();
            base.Dispose(disposing);
        }
    }
}
