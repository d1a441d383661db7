using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests;

/// <summary>Programs, by all their kinds of entry points: the same output and exit code woven as not woven, also in green threads.</summary>
public class EntryPointTests
{
    private const string Work = """

        public static class Work
        {
            public static int Twice(int n)
            {
                GreenThread.Sleep(1);
                return n * 2;
            }

            public static int InGreenThreads(int n)
            {
                GreenThread<int> thread = GreenThread.Start(() => Twice(n) + Twice(n));
                return thread.Result + GreenThread.Run(() => Twice(1));
            }
        }
        """;

    public static TheoryData<string, string> Programs => new()
    {
        { "void", "using GreenThreads; public static class Program { public static void Main() { System.Console.WriteLine(Work.Twice(2) + Work.InGreenThreads(3)); } }" },
        { "arguments", "using GreenThreads; public static class Program { private static int Main(string[] args) { System.Console.WriteLine(string.Join('|', args) + Work.Twice(args.Length)); return Work.InGreenThreads(args.Length); } }" },
        { "async", "using GreenThreads; using System.Threading.Tasks; public static class Program { private static async Task Main() { await Task.Delay(1); System.Console.WriteLine(Work.Twice(2)); await GreenThread.Start(() => System.Console.WriteLine(Work.Twice(3))); } }" },
        { "async result", "using GreenThreads; using System.Threading.Tasks; public static class Program { private static async Task<int> Main(string[] args) { await Task.Yield(); System.Console.WriteLine(args[0]); return await GreenThread.Start(() => Work.Twice(args.Length)); } }" },
        { "statements", "using GreenThreads; int n = Work.Twice(4); System.Console.WriteLine(Local(n) + args.Length); int Local(int m) => Work.Twice(m) + n; return Work.InGreenThreads(n);" },
        { "async statements", "using GreenThreads; using System.Threading.Tasks; await Task.Delay(1); var t = GreenThread.Start(() => Work.Twice(args.Length)); System.Console.WriteLine(await t); GreenThread.Run(() => System.Console.WriteLine(Work.Twice(1)));" },
        { "blocking on a task", "using GreenThreads; using System.Threading.Tasks; System.Console.WriteLine(Later().Result); static async Task<int> Later() { await Task.Delay(1); return Work.Twice(5); }" },
        { "failing", "using GreenThreads; System.Console.WriteLine(\"before\"); try { GreenThread.Run(() => { Work.Twice(1); throw new System.InvalidOperationException(\"failed\"); }); } catch (System.InvalidOperationException e) { System.Console.WriteLine(e.Message); } return -3;" },
        { "wrapped", "using GreenThreads; public class Program { public static int Main(string[] args) => GreenThread.Run(() => Inner(args)); private static int Inner(string[] args) { System.Console.WriteLine(GreenThread.Current is not null); return Work.Twice(args.Length); } }" },
    };

    [Theory, MemberData(nameof(Programs))]
    public void Woven_programs_do_what_the_compiled_ones_do(string name, string source)
    {
        OptimizationLevel level = name.StartsWith("async", StringComparison.Ordinal) ? OptimizationLevel.Debug : OptimizationLevel.Release;
        string folder = Directory.CreateDirectory(Path.Combine(Toolchain.Work, Path.GetRandomFileName())).FullName;
        string plain = Path.Combine(folder, "plain"), woven = Path.Combine(folder, "woven");
        foreach (string each in new[] { plain, woven })
        {
            Directory.CreateDirectory(each);
            File.Copy(Toolchain.Runtime, Path.Combine(each, "GreenThreads.dll"));
            File.Copy(Path.ChangeExtension(Toolchain.Runner, ".runtimeconfig.json"), Path.Combine(each, "Program.runtimeconfig.json"));
        }
        CorpusCompiler.Compile([("/_/Program.cs", source + Work)], Path.Combine(plain, "Program.dll"), level, [Toolchain.Runtime], OutputKind.ConsoleApplication);
        (int exitCode, string log) = WeaverTool.Weave(Path.Combine(plain, "Program.dll"), Path.Combine(woven, "Program.dll"), [.. Toolchain.FrameworkReferences, Toolchain.Runtime], "--chaos");
        Assert.True(exitCode == 0, log);
        var chaos = new Dictionary<string, string> { ["GREENTHREADS_CHAOS"] = "1" };
        (int, string) expected = Toolchain.Run(Path.Combine(plain, "Program.dll"), ["one", "two"], CaseProcess.Bound, chaos);
        (int, string) actual = Toolchain.Run(Path.Combine(woven, "Program.dll"), ["one", "two"], CaseProcess.Bound, chaos);
        Assert.NotEmpty(expected.Item2);
        Assert.True(expected == actual, $"{name}: {expected} and woven {actual}");
    }
}
