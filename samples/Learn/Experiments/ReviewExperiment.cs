using System.Globalization;
using Incident.Measurement;

namespace Learn.Experiments;

/// <summary>Lesson 3: the analyzer on a server's source, and the number of OS threads at which this machine stops.</summary>
internal sealed class ReviewExperiment : IExperiment
{
    private const int QuickThreads = 1000;

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentSize size, Action<double, string> progress)
    {
        progress(0, "the analyzer reads the server");
        var facts = new List<string>(Review.OfServer());
        if (facts.Count == 0) throw new InvalidOperationException("The analyzer did not see the thread per connection in the server of lesson 3.");

        // What bounds the threads of a process here; the nearest is taken for the end of the bar.
        int most = size == ExperimentSize.Full ? ThreadCeiling.MostThreads : QuickThreads;
        CeilingReport report = ThreadCeiling.Measure(most, (threads, doing) => progress(0.1 + 0.8 * threads / most, doing));
        double mapsPerThread = report.Threads == 0 ? 0 : (double)report.Maps / report.Threads;
        long mapLimit = ProcFs.Setting("vm.max_map_count", 65530);
        facts.Add($"{report.Threads:N0} OS threads could be started, in {report.Seconds:0.0} s; then {report.End}.");
        if (mapsPerThread > 0 && OperatingSystem.IsLinux())
        {
            facts.Add(string.Create(CultureInfo.InvariantCulture,
                $"Each took {mapsPerThread:0.0} memory maps and {report.BytesPerThread:N0} bytes of resident memory. A process may have {mapLimit:N0} maps here: an end at about {mapLimit / mapsPerThread:N0} threads, whatever the memory."));
        }
        var bars = new List<Bar> { new("started here, by measurement", report.Threads, "os") };
        if (mapsPerThread > 0) bars.Add(new Bar("end by vm.max_map_count", mapLimit / mapsPerThread, "os"));
        bars.Add(new Bar("connections of the incident", 50_000, "other"));
        Limit[] limits = report.Limit is { } limit ? [limit] : [];
        return new ExperimentResult([new Chart("OS threads of one process", "threads", [.. bars])], [.. facts], limits);
    }
}
