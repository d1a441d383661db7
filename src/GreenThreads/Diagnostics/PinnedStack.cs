using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using GreenThreads.Continuations;
using GreenThreads.Scheduling;

namespace GreenThreads.Diagnostics;

/// <summary>Looks at the OS stack of a pinned wait: only when somebody listens.</summary>
[NotWoven]
internal static class PinnedStack
{
    /// <summary>The calling thread's stack without the inner parts of the library, and the method that pins it.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A method that is not known is not named.")]
    internal static (string Text, string? PinnedBy) Capture()
    {
        var stack = new StackTrace(fNeedFileInfo: true);
        string? pinnedBy = null;
        int count = 0;
        foreach (StackFrame frame in stack.GetFrames())
        {
            MethodBase? method = frame.GetMethod();
            if (method?.DeclaringType == typeof(Carrier) && method.Name == "RunSlice") break;
            count++;
            if (method is null) continue;
            if (pinnedBy is null && !IsWoven(method) && method.Module != typeof(PinnedStack).Module) pinnedBy = NameOf(method);
        }
        // from the slice on there are only the carrier and the start of its OS thread
        return (new StackTrace(stack.GetFrames().Take(count)).ToString(), pinnedBy);
    }

    private static bool IsWoven(MethodBase method) =>
        method.IsDefined(typeof(WovenMethodAttribute), inherit: false)
        || typeof(Frame).IsAssignableFrom(method.DeclaringType)
        || (method.GetParameters() is [.., { ParameterType: var last }] && last == typeof(Continuation));

    private static string NameOf(MethodBase method) =>
        method.DeclaringType is { } type ? $"{type.FullName?.Replace('+', '.') ?? type.Name}.{method.Name}" : method.Name;
}
