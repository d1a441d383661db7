using GreenThreads.Weaver.Rewriting;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Diagnostics;

/// <summary>What was woven, and which waits pin and why: a line for each, for the GreenThreadsReport file.</summary>
internal sealed class WeaveReport
{
    private readonly List<string> _lines = [];

    /// <summary>A method got a woven body.</summary>
    public void AddWoven(MethodDefinition method, MethodPlan plan) =>
        _lines.Add($"woven\t{method.FullName}\tsuspends at {plan.Points.Count} calls, pins at {plan.Pinned.Count}");

    /// <summary>A call that may wait pins.</summary>
    public void AddPinned(MethodDefinition method, SequencePoint? place, string reason) =>
        _lines.Add($"pins\t{method.FullName}\t{(place is null ? "" : $"{place.Document.Url}({place.StartLine}): ")}{reason}");

    /// <summary>Writes the report.</summary>
    public void Write(string file) => File.WriteAllLines(file, _lines);
}
