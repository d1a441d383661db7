using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace GreenThreads.Weaver.Tests;

/// <summary>A program that was woven with one version of a library and runs with another, which does not have a twin any more.</summary>
public class MissingTwinTests
{
    private const string Program = """
        using System;
        using GreenThreads;
        [assembly: Twins(typeof(Client))]
        Try(() => Console.WriteLine(new Client().Load(1)));
        GreenThread.Run(() => Try(() => Console.WriteLine(new Client().Load(2))));
        Console.WriteLine("the end");

        static void Try(Action action)
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                Console.WriteLine($"{exception.GetBaseException().GetType().Name}: {exception.GetBaseException().Message}");
            }
        }
        """;

    private static string Library(string modifiers, bool hasTwin) => $$"""
        using System.Threading.Tasks;
        public class Client
        {
            public {{modifiers}} string Load(int n) => $"blocking {n}";
            {{(hasTwin ? $$"""public {{modifiers}} async Task<string> LoadAsync(int n) { await Task.Delay(1); return $"awaited {n}"; }""" : "")}}
        }
        """;

    [Theory, InlineData(""), InlineData("virtual")]
    public void The_call_throws_what_says_which_twin_is_missing(string modifiers)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Toolchain.Work, Path.GetRandomFileName())).FullName;
        string compiled = Directory.CreateDirectory(Path.Combine(folder, "compiled")).FullName;
        string library = Path.Combine(folder, "Library.dll");
        string program = Path.Combine(folder, "Program.dll");
        File.Copy(Toolchain.Runtime, Path.Combine(folder, "GreenThreads.dll"));
        File.Copy(Path.ChangeExtension(Toolchain.Runner, ".runtimeconfig.json"), Path.Combine(folder, "Program.runtimeconfig.json"));
        CorpusCompiler.Compile([("/_/Library.cs", Library(modifiers, hasTwin: true))], library, OptimizationLevel.Release, []);
        CorpusCompiler.Compile(
            [("/_/Program.cs", Program)], Path.Combine(compiled, "Program.dll"), OptimizationLevel.Release, [Toolchain.Runtime, library], OutputKind.ConsoleApplication);
        (int exitCode, string log) = WeaverTool.Weave(Path.Combine(compiled, "Program.dll"), program, [.. Toolchain.FrameworkReferences, Toolchain.Runtime, library]);
        Assert.True(exitCode == 0, log);
        Assert.Equal(["blocking 1", "awaited 2", "the end"], Run());

        CorpusCompiler.Compile([("/_/Library.cs", Library(modifiers, hasTwin: false))], library, OptimizationLevel.Release, []);
        string[] lines = Run();
        Assert.StartsWith("MissingMethodException: ", lines[1], StringComparison.Ordinal);
        Assert.Contains("LoadAsync", lines[1], StringComparison.Ordinal);
        Assert.Equal("the end", lines[^1]);

        string[] Run()
        {
            (int exit, string output) = Toolchain.Run(program, [], CaseProcess.Bound, new Dictionary<string, string>());
            Assert.True(exit == 0, output);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
    }
}
