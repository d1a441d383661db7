using System.Text.Json;

namespace GreenThreads.Weaver.Tests.Harness;

/// <summary>Runs the cases of one copy of a corpus in processes; a crash or a hang is the result of its case, the rest still runs.</summary>
internal static class CaseProcess
{
    private const int HangExitCode = 3;

    // 2 GB: what needs more needs without end.
    private const string HeapLimit = "0x80000000";

    /// <summary>A process may run for this long before it is killed and the rest of the cases is run by another one.</summary>
    public static TimeSpan Bound { get; } = TimeSpan.FromMinutes(4) * Toolchain.Patience;

    public static Dictionary<string, CaseResult> Run(string folder, IReadOnlyCollection<string> names, Variant variant)
    {
        var results = new Dictionary<string, CaseResult>();
        string[] left = [.. names];
        string mode = variant.Mode.ToString().ToLowerInvariant();
        for (int process = 0; left.Length > 0; process++)
        {
            string cases = Path.Combine(folder, $"{variant.Name}-{process}.cases");
            string file = Path.Combine(folder, $"{variant.Name}-{process}.jsonl");
            File.WriteAllLines(cases, left);
            (int exitCode, string output) = Toolchain.Run(Toolchain.Runner, [folder, mode, cases, file], Bound, EnvironmentOf(variant));
            List<CaseResult> written = Read(file);
            foreach (CaseResult result in written.Where(r => r.Event != "begin")) results[result.Case] = result;
            string[] unfinished = [.. written.Where(r => r.Event == "begin" && !results.ContainsKey(r.Case)).Select(r => r.Case)];
            bool hung = exitCode == HangExitCode;
            if (unfinished.Length == 1 && !hung)
            {
                results[unfinished[0]] = new CaseResult(unfinished[0], "crash", [$"exit code {exitCode}", .. output.Split('\n').Take(60)], 0, 0);
            }
            else if (unfinished.Length > 1 && !hung)
            {
                mode = "green"; // one at a time from here on: which of the batch was it?
            }
            else if (unfinished.Length == 0 && !hung && results.Count < names.Count)
            {
                throw new InvalidOperationException($"The runner ended with {exitCode}:\n{output}");
            }
            left = [.. left.Where(c => !results.ContainsKey(c))];
        }
        return results;
    }

    public static List<CaseResult> Read(string file)
    {
        var results = new List<CaseResult>();
        if (!File.Exists(file)) return results;
        foreach (string line in File.ReadLines(file))
        {
            try
            {
                results.Add(JsonSerializer.Deserialize<CaseResult>(line)!);
            }
            catch (JsonException)
            {
                break; // the process died while it wrote its last line
            }
        }
        return results;
    }

    private static Dictionary<string, string> EnvironmentOf(Variant variant)
    {
        var environment = new Dictionary<string, string> { ["GREENTHREADS_CARRIERS"] = variant.Carriers.ToString(), ["DOTNET_GCHeapHardLimit"] = HeapLimit };
        if (variant.Weaving == Weaving.Chaos) environment["GREENTHREADS_CHAOS"] = variant.ChaosSeedText;
        if (variant.SkipsPlainWaits) environment["GREENTHREADS_CORPUS_PLAIN_WAITS"] = "skip";
        return environment;
    }
}
