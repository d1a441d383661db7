namespace GreenThreads.Tests.Infrastructure;

/// <summary>Runs of the tests in which every suspension point suspends: see HACKING.md of the runtime.</summary>
internal static class ForcedSuspensions
{
    /// <summary>Skips a test that counts what they change.</summary>
    /// <param name="reason">What that is.</param>
    internal static void SkipTest(string reason) =>
        Assert.SkipWhen(Environment.GetEnvironmentVariable("GREENTHREADS_CHAOS") is not null, reason);
}
