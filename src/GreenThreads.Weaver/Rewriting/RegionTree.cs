using GreenThreads.Weaver.Analysis;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>What a region is to its exception clauses.</summary>
internal enum RegionKind
{
    Method,
    Try,
    Filter,
    Handler,
}

/// <summary>A stretch of instructions that control enters and leaves as a whole.</summary>
internal sealed class Region
{
    public required RegionKind Kind { get; init; }

    /// <summary>Number of the first instruction.</summary>
    public required int Start { get; init; }

    /// <summary>Number behind the last instruction.</summary>
    public required int End { get; init; }

    public Region? Parent { get; set; }

    public List<Region> Children { get; } = [];

    /// <summary>Of a handler: its clause's type.</summary>
    public ExceptionHandlerType? Clause { get; init; }

    /// <summary>The suspension points directly in it, then those of the try blocks within.</summary>
    public List<SuspensionPoint> Points { get; } = [];

    /// <summary>Where the region begins in the new code, once emitted.</summary>
    public int EmittedStart { get; set; } = -1;

    /// <summary>Where it ends in the new code.</summary>
    public int EmittedEnd { get; set; } = -1;

    /// <summary>The first instruction of the original code in it, or what was put before that.</summary>
    public Instruction? Entry { get; set; }
}

/// <summary>Builds the nesting of regions from the exception clauses.</summary>
internal static class RegionTree
{
    /// <summary>The region of the whole method, with the others inside.</summary>
    /// <exception cref="UnknownILException">Regions overlap without one holding the other.</exception>
    public static Region Build(FlowGraph flow, Dictionary<(RegionKind, int, int), Region> regions)
    {
        var root = new Region { Kind = RegionKind.Method, Start = 0, End = flow.Instructions.Length };
        foreach (ExceptionHandler handler in flow.Handlers)
        {
            Get(RegionKind.Try, flow.Number(handler.TryStart), flow.End(handler.TryEnd), null);
            Get(RegionKind.Handler, flow.Number(handler.HandlerStart), flow.End(handler.HandlerEnd), handler.HandlerType);
            if (handler.FilterStart is not null)
                Get(RegionKind.Filter, flow.Number(handler.FilterStart), flow.Number(handler.HandlerStart), handler.HandlerType);
        }
        // outer before inner, in the order of the code
        foreach (Region region in regions.Values.OrderBy(r => r.Start).ThenByDescending(r => r.End))
        {
            Region parent = root;
            while (parent.Children.FirstOrDefault(c => Holds(c, region)) is { } inner) parent = inner;
            foreach (Region sibling in parent.Children)
            {
                if (sibling.Start < region.End && region.Start < sibling.End) throw new UnknownILException("exception regions overlap");
            }
            region.Parent = parent;
            parent.Children.Add(region);
        }
        return root;

        void Get(RegionKind kind, int start, int end, ExceptionHandlerType? clause)
        {
            if (!regions.ContainsKey((kind, start, end)))
                regions.Add((kind, start, end), new Region { Kind = kind, Start = start, End = end, Clause = clause });
        }
    }

    private static bool Holds(Region outer, Region inner) => outer.Start <= inner.Start && inner.End <= outer.End;
}
