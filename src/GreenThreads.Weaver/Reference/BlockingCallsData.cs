using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace GreenThreads.Weaver.Reference;

/// <summary>The rows of <see cref="BlockingCallsPage"/> for programs: the documentation id of each member and its kind.</summary>
/// <remarks>The analyzers read it (src/GreenThreads.Analyzers/BlockingCalls/BlockingCalls.txt).</remarks>
internal static class BlockingCallsData
{
    /// <summary>Writes one line for each member, in ordinal order: kind, space, documentation id.</summary>
    public static void Write(SubstitutionTable substitutions, TwinTable twins, TextWriter output)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (TypeDefinition type in substitutions.Members.Select(m => m.Type).Distinct())
        {
            foreach (MethodDefinition method in type.Methods)
            {
                if (substitutions.Find(OfItself(method), method, method.IsConstructor) is not { } row) continue;
                string kind = BlockingCallsPage.Kind(row.Definition);
                if (kind == BlockingCallsPage.Preparing) continue; // not a blocking call
                lines.Add($"{(kind == "off-load" ? "offload" : kind)} {DocCommentId.GetDocCommentId(method)}");
            }
        }
        foreach ((TypeReference reference, _) in twins.Types)
        {
            if (reference.Resolve() is not { } type) continue;
            foreach (MethodDefinition method in type.Methods)
            {
                if (twins.Find(method, method) is not null) lines.Add($"twin {DocCommentId.GetDocCommentId(method)}");
            }
        }
        foreach (string line in lines.OrderBy(l => l[(l.IndexOf(' ') + 1)..], StringComparer.Ordinal)) output.WriteLine(line);
    }

    // The method as its own code names it: instantiated with its own type parameters.
    private static MethodReference OfItself(MethodDefinition method)
    {
        MethodReference reference = method;
        if (method.DeclaringType.HasGenericParameters)
            reference = new MethodReference(method.Name, method.ReturnType, method.DeclaringType.AsSelf());
        if (!method.HasGenericParameters) return reference;
        var instance = new GenericInstanceMethod(reference);
        foreach (GenericParameter parameter in method.GenericParameters) instance.GenericArguments.Add(parameter);
        return instance;
    }
}
