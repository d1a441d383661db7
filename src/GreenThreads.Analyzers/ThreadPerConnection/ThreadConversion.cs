using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace GreenThreads.Analyzers.ThreadPerConnection;

/// <summary>How a start becomes that of a green thread: changes of its file, or why not.</summary>
/// <param name="Refusal">Why it is not converted, as the end of a sentence; null when it is.</param>
/// <param name="Changes">The changes. Two conversions in one file may have the same change; it is made once.</param>
internal sealed record ThreadConversion(string? Refusal, ImmutableArray<TextChange> Changes)
{
    public static ThreadConversion Refuse(string reason) => new(reason, []);
}

/// <summary>Ends the planning of a conversion.</summary>
internal sealed class RefusedException(string reason) : Exception(reason);
