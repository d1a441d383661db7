namespace GreenThreads.Weaver.Analysis;

/// <summary>The analysis does not understand the IL of a method: it is left as compiled.</summary>
internal sealed class UnknownILException(string message) : Exception(message)
{
    /// <summary>Why the method is not woven, as reports say it; the message follows.</summary>
    public const string Reason = "its IL is not understood";
}
