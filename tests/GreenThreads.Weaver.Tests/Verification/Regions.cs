using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>The protected regions of a method: which instruction is in which try block, filter or handler.</summary>
internal sealed class Regions
{
    private readonly Dictionary<Instruction, int> _index = [];
    private readonly List<Part> _parts = [];

    /// <summary>A stretch of a method: a try block, a filter or a handler. The last instruction is not in it.</summary>
    internal sealed record Part(ExceptionHandler Handler, bool IsTry, bool IsFilter, int Start, int End)
    {
        /// <summary>Whether two parts are the same stretch: several handlers share a try block.</summary>
        public bool IsSame(Part other) => IsTry == other.IsTry && IsFilter == other.IsFilter && Start == other.Start && End == other.End;
    }

    public Regions(MethodBody body)
    {
        for (int i = 0; i < body.Instructions.Count; i++) _index[body.Instructions[i]] = i;
        int IndexOf(Instruction? instruction) => instruction is null ? body.Instructions.Count : _index[instruction];
        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            _parts.Add(new Part(handler, true, false, IndexOf(handler.TryStart), IndexOf(handler.TryEnd)));
            if (handler.FilterStart is not null) _parts.Add(new Part(handler, false, true, IndexOf(handler.FilterStart), IndexOf(handler.HandlerStart)));
            _parts.Add(new Part(handler, false, false, IndexOf(handler.HandlerStart), IndexOf(handler.HandlerEnd)));
        }
    }

    public IReadOnlyList<Part> Parts => _parts;

    /// <summary>The stretches around an instruction, the inner ones first.</summary>
    public Part[] Around(int index) => [.. _parts.Where(p => p.Start <= index && index < p.End).OrderBy(p => p.End - p.Start)];

    /// <summary>Why control cannot go from one instruction to another by a plain branch; null if it can.</summary>
    public string? WhyNotBranch(int from, int to)
    {
        Part[] source = Around(from), target = Around(to);
        if (source.FirstOrDefault(p => !target.Any(p.IsSame)) is { } left) return $"leaves a {NameOf(left)}";
        return WhyNotEnter(source, target, to);
    }

    /// <summary>Why "leave" cannot go from one instruction to another; null if it can.</summary>
    public string? WhyNotLeave(int from, int to)
    {
        Part[] source = Around(from), target = Around(to);
        Part[] left = [.. source.Where(p => !target.Any(p.IsSame))];
        if (left.FirstOrDefault(p => !p.IsTry && (p.IsFilter || p.Handler.HandlerType is ExceptionHandlerType.Finally or ExceptionHandlerType.Fault)) is { } bad) return $"leaves a {NameOf(bad)}";
        // from a handler into the try block that it belongs to
        Part[] own = [.. target.Where(t => t.IsTry && left.Any(l => !l.IsTry && !l.IsFilter && l.Handler.TryStart == t.Handler.TryStart && l.Handler.TryEnd == t.Handler.TryEnd))];
        return WhyNotEnter([.. source, .. own], target, to);
    }

    private static string? WhyNotEnter(Part[] source, Part[] target, int to) =>
        target.FirstOrDefault(p => !source.Any(p.IsSame) && !(p.IsTry && p.Start == to)) is { } entered ? $"goes into the middle of a {NameOf(entered)}" : null;

    public static string NameOf(Part part) => part.IsTry ? "try block" : part.IsFilter ? "filter" : part.Handler.HandlerType.ToString().ToLowerInvariant() + " block";
}
