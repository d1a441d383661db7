using System.Globalization;

namespace GreenThreads.Bench.Soak;

/// <summary><c>soak</c>: everything at once for a long time; afterwards nothing may be left.</summary>
[NotWoven]
internal static class SoakCommand
{
    internal const string Usage =
        """
        soak [--minutes N] [--seed N] [--threads N]
          --minutes N   how long (20)
          --seed N      of all decisions that are drawn (another one each time; it is printed)
          --threads N   parked at a time by the churn (100,000); it starts well over a million threads in all
        """;

    private const double DefaultMinutes = 20;
    private const int DefaultThreads = 100_000;

    /// <summary>Runs the command.</summary>
    /// <returns>The exit code: 0 only if nothing was left and nothing went wrong.</returns>
    internal static int Run(string[] arguments)
    {
        double minutes = DefaultMinutes;
        int seed = Random.Shared.Next();
        int threads = DefaultThreads;
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            bool understood = arguments[i] switch
            {
                "--minutes" => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out minutes) && minutes > 0,
                "--seed" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed),
                "--threads" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out threads) && threads > 0,
                _ => false,
            };
            if (understood) continue;
            Console.Error.WriteLine($"'{arguments[i]}' is not an option, or its value is missing or wrong.{Environment.NewLine}{Usage}");
            return 1;
        }
        return new Soak(TimeSpan.FromMinutes(minutes), seed, threads).Run();
    }
}
