using Microsoft.CodeAnalysis;

namespace GreenThreads.Analyzers.ThreadPerConnection;

/// <summary>Why code runs again and again.</summary>
/// <param name="Unit">What it runs once for: connection, message, iteration, request.</param>
/// <param name="Place">The accepting call, the loop or the registration.</param>
internal sealed record Repetition(string Unit, Location Place)
{
    public const string Connection = "connection";
    public const string Message = "message";
    public const string Iteration = "iteration of a loop";
    public const string Request = "request";
}
