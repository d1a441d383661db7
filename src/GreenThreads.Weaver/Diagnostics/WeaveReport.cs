using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Rewriting;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Diagnostics;

/// <summary>What became of a method.</summary>
internal enum MethodStatus
{
    /// <summary>It cannot reach a wait.</summary>
    Untouched,

    /// <summary>It suspends wherever it may wait.</summary>
    Woven,

    /// <summary>It is woven, but some calls pin.</summary>
    PinsSomewhere,

    /// <summary>It may wait but is not woven: all its waits pin.</summary>
    Pins,
}

/// <summary>A call that pins.</summary>
/// <param name="Id">The kind of reason.</param>
/// <param name="Place">File and line, or the offset in the IL where there are no symbols.</param>
/// <param name="Line">The line; zero without symbols.</param>
/// <param name="Callee">What is called.</param>
/// <param name="Reason">Why, as the end of a sentence.</param>
internal sealed record PinnedPlace(DiagnosticId Id, string Place, int Line, string Callee, string Reason);

/// <summary>A line of the report.</summary>
/// <param name="Name">The method.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Suspends">At how many calls it can suspend.</param>
/// <param name="Pinned">Where it pins.</param>
internal sealed record MethodReport(string Name, MethodStatus Status, int Suspends, IReadOnlyList<PinnedPlace> Pinned);

/// <summary>The report in a line.</summary>
/// <param name="Assembly">The assembly.</param>
/// <param name="Methods">How many methods have a body.</param>
/// <param name="Woven">How many are woven.</param>
/// <param name="Waiting">How many may wait: woven or not.</param>
/// <param name="Pinning">How many of these pin somewhere or everywhere.</param>
/// <param name="BytesBefore">Size of the assembly as compiled.</param>
/// <param name="BytesAfter">Size of the woven assembly.</param>
internal sealed record WeaveSummary(string Assembly, int Methods, int Woven, int Waiting, int Pinning, long BytesBefore, long BytesAfter)
{
    /// <summary>The share of the methods that may wait which never pin, in percent.</summary>
    public double NeverPinPercent => Waiting == 0 ? 100 : 100.0 * (Waiting - Pinning) / Waiting;

    /// <summary>How much larger the assembly has become.</summary>
    public double Growth => (double)BytesAfter / BytesBefore;

    public override string ToString() => FormattableString.Invariant(
        $"{Assembly}: {Woven} of {Methods} methods woven, {Pinning} pin, {NeverPinPercent:0.0} % of those that may wait never pin; {BytesBefore / 1024} -> {BytesAfter / 1024} KiB (x{Growth:0.00})");
}

/// <summary>What was woven, and which waits pin and why, for the GreenThreadsReport file.</summary>
internal sealed class WeaveReport
{
    private readonly List<(MethodDefinition Method, MethodStatus Status, int Suspends, IReadOnlyList<PinnedPlace> Pinned)> _methods = [];

    // what is to be said of methods before it is known what becomes of them
    private readonly Dictionary<MethodDefinition, List<PinnedPlace>> _remarks = [];

    /// <summary>A method cannot reach a wait.</summary>
    public void AddUntouched(MethodDefinition method) => Add(method, MethodStatus.Untouched, 0, []);

    /// <summary>A method got a woven body.</summary>
    public void AddWoven(MethodDefinition method, MethodPlan plan, IReadOnlyList<PinnedPlace> pinned) =>
        Add(method, pinned.Count == 0 ? MethodStatus.Woven : MethodStatus.PinsSomewhere, plan.Points.Values.Count(p => !p.IsPoll), pinned);

    /// <summary>A method that may wait has no woven body.</summary>
    public void AddNotWoven(MethodDefinition method, PinnedPlace pinned) => Add(method, MethodStatus.Pins, 0, [pinned]);

    /// <summary>A method makes something that pins whoever calls it; the method itself does not pin there.</summary>
    public void AddRemark(MethodDefinition method, PinnedPlace place)
    {
        if (!_remarks.TryGetValue(method, out List<PinnedPlace>? places)) _remarks.Add(method, places = []);
        places.Add(place);
    }

    private void Add(MethodDefinition method, MethodStatus status, int suspends, IReadOnlyList<PinnedPlace> pinned) =>
        _methods.Add((method, status, suspends, _remarks.TryGetValue(method, out List<PinnedPlace>? remarks) ? [.. pinned, .. remarks] : pinned));

    /// <summary>Where a call is, as a report and as people find it.</summary>
    public static PinnedPlace Place(MethodDefinition method, Instruction call, DiagnosticId id, string reason)
    {
        SequencePoint? point = SequencePoints.At(method, call);
        string callee = call.Operand is MethodReference called ? MethodNames.Of(called) : "a function pointer";
        return point is null
            ? new PinnedPlace(id, $"IL_{Math.Max(SequencePoints.PlaceOf(call), 0):X4}", 0, callee, reason)
            : new PinnedPlace(id, $"{point.Document.Url}({point.StartLine},{point.StartColumn})", point.StartLine, callee, reason);
    }

    /// <summary>Counts.</summary>
    public WeaveSummary Summarize(string input, string output, AssemblyNameDefinition name)
    {
        int Count(Func<MethodStatus, bool> matches) => _methods.Count(m => matches(m.Status));
        return new WeaveSummary(
            $"{name.Name} {name.Version}",
            _methods.Count,
            Count(s => s is MethodStatus.Woven or MethodStatus.PinsSomewhere),
            Count(s => s != MethodStatus.Untouched),
            Count(s => s is MethodStatus.PinsSomewhere or MethodStatus.Pins),
            new FileInfo(input).Length,
            new FileInfo(output).Length);
    }

    /// <summary>Writes the report; the form is that of the file's extension: .json, .csv, or text.</summary>
    public void Write(string file, WeaveSummary summary) =>
        ReportFormats.Write(file, summary, _methods.ConvertAll(m => new MethodReport(m.Method.FullName, m.Status, m.Suspends, m.Pinned)));
}
