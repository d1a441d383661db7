using System.Reflection;
using System.Runtime.CompilerServices;
using GreenThreads.Libraries.Tests.Harness;

namespace GreenThreads.Libraries.Tests;

/// <summary>The JIT takes every method of every woven library that it took before.</summary>
public class ValidityTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    // type arguments for generic code: shared between classes, and of its own
    private static readonly Type[] s_arguments = [typeof(object), typeof(int), typeof(string)];

    public static TheoryData<string> Libraries() => [.. UnwovenContext.Libraries];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_method_of_a_woven_library_compiles(string library)
    {
        HashSet<string> before = [.. Failures(UnwovenContext.Unwoven(library), out int prepared).Select(f => f.Method)];
        string[] failures = [.. Failures(Assembly.Load(library), out _).Where(f => !before.Contains(f.Method)).Select(f => $"{f.Method}: {f.Reason}")];
        Assert.True(failures.Length == 0, string.Join("\n", failures.Take(20)));
        Assert.True(prepared > 100, $"Only {prepared} methods were compiled.");
    }

    private static List<(string Method, string Reason)> Failures(Assembly assembly, out int prepared)
    {
        var failures = new List<(string, string)>();
        prepared = 0;
        foreach (Type type in assembly.GetTypes())
        {
            foreach (MethodBase method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)))
            {
                if (method.IsAbstract || method.GetMethodBody() is null) continue;
                prepared++;
                Type[] parameters = [.. type.GetGenericArguments(), .. method.IsGenericMethodDefinition ? method.GetGenericArguments() : []];
                foreach (Type argument in parameters.Length == 0 ? s_arguments[..1] : s_arguments)
                {
                    if (Prepare(method, parameters, argument) is { } reason) failures.Add(($"{type}.{method}", $"over {argument.Name}: {reason}"));
                }
            }
        }
        return failures;
    }

    private static string? Prepare(MethodBase method, Type[] parameters, Type argument)
    {
        try
        {
            if (!MeetsConstraints(method, argument)) return null;
            RuntimeHelpers.PrepareMethod(method.MethodHandle, [.. parameters.Select(_ => argument.TypeHandle)]);
            return null;
        }
        catch (Exception e) when (e is InvalidProgramException or TypeLoadException or MissingMemberException or BadImageFormatException
            or System.Security.VerificationException or FileNotFoundException or ArgumentException)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static bool MeetsConstraints(MethodBase method, Type argument)
    {
        try
        {
            Type type = method.DeclaringType!;
            if (type.IsGenericTypeDefinition) type.MakeGenericType([.. type.GetGenericArguments().Select(_ => argument)]);
            if (method is MethodInfo { IsGenericMethodDefinition: true } generic) generic.MakeGenericMethod([.. generic.GetGenericArguments().Select(_ => argument)]);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or TypeLoadException)
        {
            return false;
        }
    }
}
