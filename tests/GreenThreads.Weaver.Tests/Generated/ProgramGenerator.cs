using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>A random program.</summary>
/// <param name="Name">The name of its class.</param>
/// <param name="Text">A file that compiles with the library of the corpus.</param>
/// <param name="Methods">How many methods it has: declared ones, local functions, lambdas with statements.</param>
/// <param name="IsCalm">Whether it only has what never pins.</param>
/// <param name="Pins">Why it may pin without a report; empty if it may not.</param>
internal sealed record GeneratedProgram(string Name, string Text, int Methods, bool IsCalm, string[] Pins)
{
    /// <summary>The name of its case.</summary>
    public string Case => Name + ".Run";
}

/// <summary>
/// Makes a random program from a seed: a class with a case that calls a handful of methods, each of which calls only
/// earlier ones (or itself a few times), so that it ends.
/// </summary>
internal static class ProgramGenerator
{
    /// <summary>What stands before the class.</summary>
    public const string Usings = "using GreenThreads.Corpus.Generated;\n\nnamespace GreenThreads.Corpus;\n\n";

    /// <summary>The program of a seed, in a class of that name.</summary>
    public static GeneratedProgram Generate(int seed, string name)
    {
        var program = new ProgramScope(new Random(seed)) { IsCalm = seed % 3 != 0 };
        var shapes = new MethodShapes(program);
        string members = string.Join('\n', Enumerable.Range(0, program.Random.Next(3, 8)).Select(_ => shapes.Next()));
        members += shapes.Iterator("Numbers");
        var expressions = new ExpressionGenerator(program);
        IEnumerable<string> calls = program.Callees.TakeLast(3).Reverse().Select(callee => $"c.Add({expressions.CallOf(callee, 2)});")
            .Append($"c.Add({expressions.Of(program.AnyKind(), 3)});")
            .Append("foreach (int n in Numbers(c)) c.Add(n);");
        string run = string.Concat(calls.Select(call => $"try {{ {call} }} catch (Exception e) {{ t.Caught(e); }}"));
        string text = $"{Usings}public static class {name} {{ public static void Run(Trace t) {{ var c = new Context(t); {run} c.Add(c.Array); c.Add(c.Field); c.Add(c.Stored); }} {members} }}";
        return new GeneratedProgram(name, CSharpSyntaxTree.ParseText(text).GetRoot().NormalizeWhitespace().ToFullString(), program.Methods + 1, program.IsCalm, [.. program.Pins]);
    }
}
