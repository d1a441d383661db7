using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Diagnostics;

/// <summary>Collects messages and prints them in the form that MSBuild turns into warnings and errors with a place.</summary>
/// <param name="output">Where they are printed.</param>
/// <param name="severities">What .editorconfig files say of them.</param>
internal class DiagnosticSink(TextWriter output, Severities severities)
{
    private readonly HashSet<string> _printed = [];

    /// <summary>Whether an error has been reported.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Reports a warning at an instruction.</summary>
    public virtual void Warn(DiagnosticId id, SequencePoint? place, string text)
    {
        Severity severity = severities.Of(id, place?.Document.Url);
        if (severity == Severity.None) return;
        if (severity == Severity.Error) HasErrors = true;
        Print(place, severity == Severity.Error ? "error" : "warning", id, text);
    }

    /// <summary>Reports an error that is not tied to a place in the source.</summary>
    public void Error(DiagnosticId id, string text)
    {
        HasErrors = true;
        Print(null, "error", id, text);
    }

    private void Print(SequencePoint? place, string severity, DiagnosticId id, string text)
    {
        string origin = place is null ? "GreenThreads" : $"{severities.LocalPath(place.Document.Url)}({place.StartLine},{place.StartColumn})";
        string line = $"{origin}: {severity} GT{(int)id:0000}: {text}";
        if (_printed.Add(line)) output.WriteLine(line);
    }
}

/// <summary>For libraries: what pins in code that the user cannot change is in the report only.</summary>
/// <param name="output">Where errors are printed.</param>
internal sealed class LibraryDiagnosticSink(TextWriter output) : DiagnosticSink(output, Severities.Default)
{
    public override void Warn(DiagnosticId id, SequencePoint? place, string text)
    {
    }
}

/// <summary>Finds the source line of an instruction.</summary>
internal static class SequencePoints
{
    // A copy has no sequence point of its own, but the place of what it is a copy of: -2 for offset 0, and so on.
    private const int CopyOfFirst = -2;

    /// <summary>Another instruction like this one, for messages in the same place.</summary>
    public static Instruction CopyOf(Instruction original)
    {
        Instruction copy = Instruction.Create(OpCodes.Nop);
        (copy.OpCode, copy.Operand) = (original.OpCode, original.Operand);
        copy.Offset = original.Offset >= 0 ? CopyOfFirst - original.Offset : original.Offset;
        return copy;
    }

    /// <summary>The offset of an instruction in the code as compiled.</summary>
    public static int PlaceOf(Instruction instruction) => instruction.Offset <= CopyOfFirst ? CopyOfFirst - instruction.Offset : instruction.Offset;

    /// <summary>The last visible sequence point at or before the instruction, or the first of the method.</summary>
    public static SequencePoint? At(MethodDefinition method, Instruction? instruction)
    {
        int offset = instruction is null ? 0 : PlaceOf(instruction);
        SequencePoint? best = null;
        foreach (SequencePoint point in method.DebugInformation.SequencePoints)
        {
            if (point.IsHidden) continue;
            if (instruction is not null && point.Offset > offset && best is not null) break;
            best = point;
            if (instruction is null) break;
        }
        return best;
    }
}
