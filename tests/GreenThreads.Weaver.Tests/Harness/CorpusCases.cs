using System.Reflection;
using GreenThreads.Corpus;

namespace GreenThreads.Weaver.Tests.Harness;

/// <summary>The cases of the corpus, found by reflection: public static void methods with a trace.</summary>
internal static class CorpusCases
{
    private static readonly Dictionary<string, MethodInfo> s_cases = typeof(StaticCalls).Assembly.GetExportedTypes()
        .Where(t => t is { IsAbstract: true, IsSealed: true, IsNested: false })
        .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(m => m.ReturnType == typeof(void) && m.GetParameters() is [{ ParameterType: var only }] && only == typeof(Trace))
        .OrderBy(m => m.DeclaringType!.Name, StringComparer.Ordinal).ThenBy(m => m.Name, StringComparer.Ordinal)
        .ToDictionary(m => $"{m.DeclaringType!.Name}.{m.Name}");

    public static string[] Names { get; } = [.. s_cases.Keys];

    /// <summary>Why the waits of a case may block the carrier; null if every one of them must suspend.</summary>
    public static string? MayPin(string name) =>
        (s_cases[name].GetCustomAttribute<MayPinAttribute>() ?? s_cases[name].DeclaringType!.GetCustomAttribute<MayPinAttribute>())?.Reason;
}
