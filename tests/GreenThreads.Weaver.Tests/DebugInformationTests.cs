using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Tests;

/// <summary>What a debugger reads of a woven method: its body, which also runs after a wait, has the lines and the locals of the source.</summary>
public class DebugInformationTests
{
    private const int HiddenLine = 0xfeefee;

    [Theory]
    [InlineData(OptimizationLevel.Debug, false)]
    [InlineData(OptimizationLevel.Debug, true)]
    [InlineData(OptimizationLevel.Release, false)]
    public void Every_line_and_every_local_of_the_source_is_in_the_woven_body(OptimizationLevel level, bool chaos)
    {
        using ModuleDefinition before = Read(level, Weaving.None);
        using ModuleDefinition after = Read(level, chaos ? Weaving.Chaos : Weaving.Woven);
        Dictionary<string, MethodDefinition> compiled = MethodsOf(before).ToDictionary(m => m.FullName);
        int compared = 0;
        foreach (MethodDefinition method in MethodsOf(after))
        {
            if (BodyOf(method) is not { } body || !compiled.TryGetValue(method.FullName, out MethodDefinition? original)) continue;
            Assert.True(LinesOf(original).SetEquals(LinesOf(body)), $"The lines of {method.FullName}.");
            Assert.Equal(LocalsOf(original), LocalsOf(body));
            AssertInOrder(body);
            Assert.Empty(method.DebugInformation.SequencePoints); // a breakpoint binds to one place
            compared++;
        }
        Assert.True(compared > 400, $"Only {compared} methods were compared.");
    }

    [Fact]
    public void What_the_woven_body_returns_to_after_a_wait_has_the_line_of_the_call()
    {
        using ModuleDefinition module = Read(OptimizationLevel.Debug, Weaving.Woven);
        MethodDefinition body = BodyOf(module.GetType("GreenThreads.Corpus.Lines").Methods.Single(m => m.Name == "AfterWait"))!;
        Dictionary<int, SequencePoint> lines = body.DebugInformation.SequencePoints.ToDictionary(p => p.Offset);
        int resumed = 0;
        for (Instruction? at = body.Body.Instructions[0]; at is not null; at = at.Next)
        {
            if (at.Operand is not MethodReference { Name: "Arrive" or "TakeResult" }) continue;
            Instruction? start = at;
            while (start is not null && !lines.ContainsKey(start.Offset)) start = start.Previous;
            Assert.NotEqual(HiddenLine, lines[start!.Offset].StartLine);
            resumed++;
        }
        Assert.Equal(3, resumed);
    }

    [Theory]
    [InlineData(Weaving.Woven)]
    [InlineData(Weaving.Chaos)]
    public void Fields_of_iterators_and_async_methods_are_visible_where_their_locals_were(object weaving)
    {
        using ModuleDefinition before = Read(OptimizationLevel.Debug, Weaving.None);
        using ModuleDefinition after = Read(OptimizationLevel.Debug, (Weaving)weaving);
        Dictionary<string, MethodDefinition> compiled = StateMachinesOf(before).ToDictionary(m => m.FullName);
        int compared = 0, woven = 0;
        foreach (MethodDefinition method in StateMachinesOf(after))
        {
            MethodDefinition original = compiled[method.FullName];
            MethodDefinition body = BodyOf(method) ?? method;
            if (body != method) woven++;
            if (body != method) Assert.Empty(method.CustomDebugInformations);
            StateMachineScope[] expected = FieldScopesOf(original), actual = FieldScopesOf(body);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
            {
                (int start, int end) = (actual[i].Start.Offset, EndOf(actual[i], body));
                Assert.True(start <= end && end <= body.Body.CodeSize, $"Scope {i} of {method.FullName} is from {start} to {end} of {body.Body.CodeSize}.");
                Assert.True(start == body.Body.CodeSize || body.Body.Instructions.Any(n => n.Offset == start), $"Scope {i} of {method.FullName} begins within an instruction.");
                HashSet<int> lines = LinesIn(body, start, end);
                Assert.True(lines.IsSupersetOf(LinesIn(original, expected[i].Start.Offset, EndOf(expected[i], original))), $"Lines of scope {i} of {method.FullName}: {string.Join(",", lines)}.");
                compared++;
            }
        }
        Assert.True(compared > 20 && woven > 10, $"Only {compared} scopes were compared, of {woven} woven methods.");
    }

    private static IEnumerable<MethodDefinition> StateMachinesOf(ModuleDefinition module) =>
        module.GetTypes().SelectMany(type => type.Methods).Where(m => m.HasBody && m.Name == "MoveNext" && !m.IsStatic);

    private static StateMachineScope[] FieldScopesOf(MethodDefinition method)
    {
        _ = method.Body.Instructions.Count; // read with it
        return [.. method.CustomDebugInformations.OfType<StateMachineScopeDebugInformation>().SelectMany(i => i.Scopes)];
    }

    private static int EndOf(StateMachineScope scope, MethodDefinition method) => scope.End.IsEndOfMethod ? method.Body.CodeSize : scope.End.Offset;

    private static HashSet<int> LinesIn(MethodDefinition method, int start, int end) =>
        [.. method.DebugInformation.SequencePoints.Where(p => p.StartLine != HiddenLine && p.Offset >= start && p.Offset < end).Select(p => p.StartLine)];

    private static ModuleDefinition Read(OptimizationLevel level, Weaving weaving) => ModuleDefinition.ReadModule(
        Path.Combine(CorpusRun.Folder(level, weaving), "GreenThreads.Corpus.dll"), new ReaderParameters { ReadSymbols = true });

    // Not the state machines of the compiler, whose locals are fields.
    private static IEnumerable<MethodDefinition> MethodsOf(ModuleDefinition module) =>
        module.GetTypes().SelectMany(type => type.Methods).Where(m => m.HasBody && m.Name != "MoveNext");

    private static MethodDefinition? BodyOf(MethodDefinition method)
    {
        CustomAttribute? woven = method.CustomAttributes.FirstOrDefault(a => a.AttributeType.Name is "WovenMethodAttribute" or "WovenMethodAttribute`1");
        if (woven is null) return null;
        TypeReference named = woven.AttributeType is GenericInstanceType generic ? generic.GenericArguments[0] : (TypeReference)woven.ConstructorArguments[0].Value;
        TypeDefinition frame = named.Resolve();
        return frame.Methods.Concat(method.DeclaringType.Methods)
            .First(m => m.IsStatic && m.Parameters.Count == method.Parameters.Count + (method.HasThis ? 2 : 1)
                && m.Parameters[^1].ParameterType.Name == "Continuation" && m.ReturnType.GetElementType() != frame);
    }

    private static HashSet<int> LinesOf(MethodDefinition method) =>
        [.. method.DebugInformation.SequencePoints.Where(p => p.StartLine != HiddenLine).Select(p => p.StartLine)];

    private static string[] LocalsOf(MethodDefinition method) =>
        [.. ScopesOf(method.DebugInformation.Scope).SelectMany(s => s.Variables).Select(v => $"{v.Name}: {method.Body.Variables[v.Index].VariableType}").Order(StringComparer.Ordinal)];

    private static IEnumerable<ScopeDebugInformation> ScopesOf(ScopeDebugInformation? scope) =>
        scope is null ? [] : scope.Scopes.SelectMany(ScopesOf).Prepend(scope);

    private static void AssertInOrder(MethodDefinition body)
    {
        int last = -1;
        HashSet<int> offsets = [.. body.Body.Instructions.Select(i => i.Offset)];
        foreach (SequencePoint point in body.DebugInformation.SequencePoints)
        {
            Assert.True(point.Offset > last && offsets.Contains(point.Offset), $"The sequence points of {body.FullName}.");
            last = point.Offset;
        }
    }
}
