namespace Crawler;

/// <summary>What came of one address.</summary>
/// <param name="Address">The address.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Tries">How often it was asked for.</param>
/// <param name="Links">Where the page leads.</param>
/// <param name="Characters">Its length.</param>
internal sealed record Page(Uri Address, Outcome Outcome, int Tries, IReadOnlyList<Uri> Links, int Characters);

/// <summary>How a request ended.</summary>
internal enum Outcome
{
    /// <summary>There was a page.</summary>
    Found,

    /// <summary>The server said no.</summary>
    Refused,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>The connection failed.</summary>
    Failed,
}
