namespace GreenThreads.Corpus;

/// <summary>
/// On a case, or on a class of cases: its waits may block the carrier. Every other case must suspend at least once and
/// may never wait pinned, so that a weaver that pins everything does not pass.
/// </summary>
/// <param name="reason">What cannot be unwound.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class MayPinAttribute(string reason) : Attribute
{
    /// <summary>What cannot be unwound.</summary>
    public string Reason { get; } = reason;
}
