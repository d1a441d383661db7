using System.Reflection;
using System.Runtime.CompilerServices;

namespace GreenThreads.Corpus.Runner;

/// <summary>Has every method of the corpus and its library compiled by the JIT, which rejects invalid IL.</summary>
internal static class MethodPreparer
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public static void PrepareAll(string folder, ResultWriter results)
    {
        int prepared = 0;
        foreach (string name in new[] { "GreenThreads.Corpus.Library", "GreenThreads.Corpus" })
        {
            foreach (Type type in Assembly.LoadFrom(Path.Combine(Path.GetFullPath(folder), name + ".dll")).GetTypes())
            {
                foreach (MethodBase method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)))
                {
                    if (method.IsAbstract) continue;
                    bool hasBody = false;
                    string? failure = Try(() => hasBody = method.GetMethodBody() is not null);
                    if (failure is null && !hasBody) continue;
                    if ((failure ?? Prepare(type, method)) is not null and var reason) results.Write(new { Case = $"{type}.{method.Name}", Event = "failed", Lines = new[] { reason } });
                    else prepared++;
                }
            }
        }
        results.Write(new { Case = "all", Event = "end", Lines = Array.Empty<string>(), Suspensions = prepared, PinnedWaits = 0 });
    }

    private static string? Prepare(Type type, MethodBase method)
    {
        Type[] typeParameters = type.GetGenericArguments();
        Type[] methodParameters = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
        if (typeParameters.Length + methodParameters.Length == 0) return Try(() => RuntimeHelpers.PrepareMethod(method.MethodHandle));
        string? failure = null;
        foreach (Type argument in new[] { typeof(object), typeof(int), typeof(string) })
        {
            RuntimeTypeHandle[] arguments = [.. typeParameters.Concat(methodParameters).Select(_ => argument.TypeHandle)];
            failure = Try(() =>
            {
                try
                {
                    if (typeParameters.Length > 0) type.MakeGenericType([.. typeParameters.Select(_ => argument)]);
                    if (methodParameters.Length > 0) ((MethodInfo)method).MakeGenericMethod([.. methodParameters.Select(_ => argument)]);
                }
                catch (ArgumentException)
                {
                    return; // the argument does not meet the constraints
                }
                RuntimeHelpers.PrepareMethod(method.MethodHandle, arguments);
            });
            if (failure is not null) break;
        }
        return failure;
    }

    private static string? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e) when (e is InvalidProgramException or TypeLoadException or MissingMemberException or BadImageFormatException
            or System.Security.VerificationException or FileNotFoundException)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }
}
