using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Rewriting;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Diagnostics;

/// <summary>Says where a wait pins its carrier: as warnings where the callee is known to wait, in the report always.</summary>
internal static class PinDiagnostics
{
    /// <summary>Reports a woven method and its pinned calls.</summary>
    public static void Report(MethodDefinition method, MethodPlan plan, DiagnosticSink diagnostics, WeaveReport report)
    {
        report.AddWoven(method, plan, [.. plan.Pinned.Select(p => WeaveReport.Place(method, p.Call, p.Id, p.Reason))]);
        foreach (PinnedCall pinned in plan.Pinned)
        {
            if (!pinned.Target.Definite) continue;
            diagnostics.Warn(pinned.Id, SequencePoints.At(method, pinned.Call),
                $"{Callee(pinned.Call)} may wait, and pins the carrier of a green thread here, because {pinned.Reason}");
        }
    }

    /// <summary>
    /// Reports delegates made of methods that wait and that are not entered woven through one: a struct's, which are called on a box by an
    /// entry that has no name in IL, and those that would need more of the caller than it knows (<see cref="Eligibility.HasOpenParameters"/>).
    /// </summary>
    public static void ReportDelegates(MethodDefinition method, Suspendability analysis, DiagnosticSink diagnostics, WeaveReport report)
    {
        foreach (Instruction instruction in method.Body.Instructions)
        {
            if (instruction.OpCode.Code != Code.Ldftn || instruction.Operand is not MethodReference callee) continue;
            if (analysis.Resolve(callee) is not { } definition || !analysis.IsSuspendable(definition)) continue;
            string? reason = callee.HasThis && callee.DeclaringType.IsValueType ? "a delegate of a struct's method cannot be recognised as woven"
                : Eligibility.HasOpenParameters(definition) ? "a delegate does not tell that its method takes what may be a ref struct"
                : null;
            if (reason is null) continue;
            report.AddRemark(method, WeaveReport.Place(method, instruction, DiagnosticId.IndirectCall, reason));
            if (!analysis.IsDefinite(definition)) continue;
            diagnostics.Warn(DiagnosticId.IndirectCall, SequencePoints.At(method, instruction),
                $"{MethodNames.Of(callee)} may wait, and pins the carrier of a green thread when it is called through the delegate made here, because {reason}");
        }
    }

    /// <summary>Reports a method that waits but has no woven body.</summary>
    public static void ReportNotWoven(
        MethodDefinition method, Instruction call, CallTarget target, string reason, DiagnosticSink diagnostics, WeaveReport report)
    {
        bool isTooLarge = method.HasBody && method.Body.CodeSize > Eligibility.MaxCodeSize;
        bool isUnknown = reason.StartsWith(UnknownILException.Reason, StringComparison.Ordinal);
        DiagnosticId id = isUnknown ? DiagnosticId.UnknownIL : isTooLarge ? DiagnosticId.MethodTooLarge : DiagnosticId.MethodNotWovable;
        report.AddNotWoven(method, WeaveReport.Place(method, call, id, reason));
        if (!target.Definite || isUnknown) return; // said of the whole method already
        diagnostics.Warn(id, SequencePoints.At(method, call),
            $"{Callee(call)} may wait, and pins the carrier of a green thread here: {MethodNames.Of(method)} is not woven because {reason}");
    }

    private static string Callee(Instruction call) => call.Operand is MethodReference callee ? MethodNames.Of(callee) : "the call";
}
