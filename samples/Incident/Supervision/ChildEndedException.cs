namespace Incident.Supervision;

/// <summary>A child process ended while something was expected of it.</summary>
internal sealed class ChildEndedException(int exitCode, string errorText)
    : Exception($"The process ended with code {exitCode}. {errorText}")
{
    /// <summary>Its exit code.</summary>
    internal int ExitCode => exitCode;
}
