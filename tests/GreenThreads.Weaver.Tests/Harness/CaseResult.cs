namespace GreenThreads.Weaver.Tests.Harness;

/// <summary>What came of one case: the lines of JSON that the runner writes.</summary>
/// <param name="Case">Its name.</param>
/// <param name="Event">begin, end, hang; crash is added by the harness.</param>
/// <param name="Lines">The trace, or what is known about a crash.</param>
/// <param name="Suspensions">How often a thread really suspended meanwhile.</param>
/// <param name="PinnedWaits">How often a wait blocked its carrier meanwhile.</param>
/// <param name="Pins">The stacks of the first of them, where one case runs at a time.</param>
internal sealed record CaseResult(string Case, string Event, string[] Lines, long Suspensions, long PinnedWaits, string[]? Pins = null)
{
    /// <summary>Where waits pinned, as text.</summary>
    public string PinnedStacks => string.Join("\n", Pins ?? []);
}
