using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Analyzers.Code;

/// <summary>Whether a compilation has green threads, and what waits in their own API.</summary>
internal static class GreenThreadsUse
{
    private static readonly HashSet<string> s_waits = ["Sleep", "Join", "Await", "Run", "Receive", "Send", "Wait", "Acquire", "Enter", "Offload", "EnterRead", "EnterWrite"];

    /// <summary>Whether the compilation references the runtime library.</summary>
    public static bool Has(Compilation compilation) => compilation.GetTypeByMetadataName("GreenThreads.GreenThread") is not null;

    /// <summary>Whether the call can be one that waits by the API of the runtime library, by its name alone.</summary>
    public static bool MayWait(InvocationExpressionSyntax invocation) => invocation.CalledName() is { } name && s_waits.Contains(name);

    /// <summary>Whether the call waits by the API of the runtime library.</summary>
    public static bool IsWait(InvocationExpressionSyntax invocation, SourceIndex index) =>
        MayWait(invocation) && index.SymbolOf(invocation)?.ContainingType is { ContainingNamespace: { Name: "GreenThreads", ContainingNamespace.IsGlobalNamespace: true } };
}
