using System.Globalization;

namespace GreenThreads.Tests.Infrastructure;

/// <summary>Randomised tests that can be repeated: every failure names its seed.</summary>
/// <remarks>The environment variable GREENTHREADS_TEST_SEED repeats one seed.</remarks>
internal static class Seeds
{
    private const string Variable = "GREENTHREADS_TEST_SEED";

    /// <summary>Runs the body once per seed.</summary>
    /// <param name="count">The number of seeds; one if the environment names a seed.</param>
    /// <param name="body">Gets a generator that depends on nothing but the seed, and the seed.</param>
    /// <exception cref="SeedException">The body threw; names the seed.</exception>
    internal static void Each(int count, Action<Random, int> body)
    {
        if (Fixed() is int repeat)
        {
            Run(repeat, body);
            return;
        }
        int first = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seeds {first}..{unchecked(first + count - 1)}");
        for (int i = 0; i < count; i++) Run(unchecked(first + i) & int.MaxValue, body);
    }

    private static void Run(int seed, Action<Random, int> body)
    {
        try
        {
            body(new Random(seed), seed);
        }
        catch (Exception exception)
        {
            throw new SeedException($"Failed with seed {seed}; repeat with {Variable}={seed}. {exception.Message}", exception);
        }
    }

    private static int? Fixed() =>
        int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out int seed) ? seed : null;
}
