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

    /// <summary>Reports a method that may wait but has no woven body.</summary>
    public static void ReportNotWoven(
        MethodDefinition method, Instruction call, CallTarget target, string reason, DiagnosticSink diagnostics, WeaveReport report)
    {
        bool isTooLarge = method.HasBody && method.Body.CodeSize > Eligibility.MaxCodeSize;
        DiagnosticId id = isTooLarge ? DiagnosticId.MethodTooLarge : DiagnosticId.MethodNotWovable;
        report.AddNotWoven(method, WeaveReport.Place(method, call, id, reason));
        if (!target.Definite) return;
        diagnostics.Warn(id, SequencePoints.At(method, call),
            $"{Callee(call)} may wait, and pins the carrier of a green thread here: {MethodNames.Of(method)} is not woven because {reason}");
    }

    private static string Callee(Instruction call) => call.Operand is MethodReference callee ? MethodNames.Of(callee) : "the call";
}
