using System.Reflection;
using GreenThreads.Diagnostics;
using GreenThreads.Libraries.Tests.Harness;

namespace GreenThreads.Libraries.Tests;

/// <summary>Each case gives on green threads, woven with forced suspensions, what it gives not woven on an OS thread.</summary>
public class LibraryTests
{
    private const int AtOnce = 4;
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Cases() => [.. Find().Select(m => $"{m.DeclaringType!.Name}.{m.Name}")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_woven_library_does_what_it_did_before(string name)
    {
        MethodInfo method = Find().Single(m => $"{m.DeclaringType!.Name}.{m.Name}" == name);
        string expected = UnwovenContext.Counterpart(method).CreateDelegate<Func<string>>()();
        Func<string> work = method.CreateDelegate<Func<string>>();
        long before = GreenThreadDiagnostics.Counters.Suspensions;
        GreenThread<string>[] threads = [.. Enumerable.Range(0, AtOnce).Select(_ => GreenThread.Start(work))];
        foreach (GreenThread<string> thread in threads)
        {
            if (!thread.Join(s_bound)) Assert.Fail($"{name} hangs (seed {ForceSuspensions.Seed}).\n{Dump()}");
            Assert.True(expected == thread.Result, $"seed {ForceSuspensions.Seed}\nexpected:\n{expected}\nactual:\n{thread.Result}");
        }
        // not only the waits themselves: the library's own frames were unwound and resumed
        Assert.True(GreenThreadDiagnostics.Counters.Suspensions - before > AtOnce * 10);
    }

    [Fact]
    public void The_unwoven_cases_run_over_the_unwoven_libraries()
    {
        MethodInfo counterpart = UnwovenContext.Counterpart(Find().First());
        Assert.NotSame(typeof(LibraryTests).Assembly, counterpart.Module.Assembly);
        foreach (string library in UnwovenContext.Libraries)
        {
            Assert.True(IsWoven(Assembly.Load(library)), $"{library} in the output folder is not woven.");
            Assert.False(IsWoven(System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(counterpart.Module.Assembly)!.LoadFromAssemblyName(new AssemblyName(library))));
        }
    }

    private static bool IsWoven(Assembly assembly) => assembly.GetCustomAttributesData().Any(a => a.AttributeType.Name == "WovenAttribute");

    private static IEnumerable<MethodInfo> Find() =>
        from type in typeof(LibraryTests).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static)
        where method.IsDefined(typeof(LibraryCaseAttribute))
        orderby type.Name, method.Name
        select method;

    private static string Dump()
    {
        var writer = new StringWriter();
        GreenThreadDiagnostics.Dump(writer);
        return writer.ToString();
    }
}
