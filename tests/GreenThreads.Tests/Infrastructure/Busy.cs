namespace GreenThreads.Tests.Infrastructure;

/// <summary>Waiting that keeps the OS thread: it is not woven, so nothing in it suspends a green thread.</summary>
[NotWoven]
internal static class Busy
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    /// <summary>Looks until the condition holds, without leaving the carrier.</summary>
    /// <returns>False: it did not hold for 20 seconds.</returns>
    internal static bool Until(Func<bool> condition) => SpinWait.SpinUntil(condition, s_limit);
}
