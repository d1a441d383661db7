using System.Reflection;
using GreenThreads.Diagnostics;

namespace GreenThreads.Corpus.Runner;

/// <summary>Runs cases: on an OS thread, on a green thread, or several green threads at once.</summary>
internal sealed class CaseRunner(string folder, ResultWriter results)
{
    private const int AtOnce = 8;
    private const int MostPins = 3;
    private const int StackBytes = 64 << 20;
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(40) // a case runs twice
        * (double.TryParse(Environment.GetEnvironmentVariable("GREENTHREADS_TEST_PATIENCE"), out double patience) && patience > 0 ? patience : 1);

    private readonly Assembly _corpus = Assembly.LoadFrom(Path.Combine(Path.GetFullPath(folder), "GreenThreads.Corpus.dll"));

    // The stacks of the first pinned waits of the only case that runs.
    private readonly List<string> _pins = [];

    public void Run(string[] cases, string mode)
    {
        int size = mode == "concurrent" ? AtOnce : 1;
        foreach (string[] batch in cases.Chunk(size)) RunBatch(batch, mode);
    }

    private void RunBatch(string[] names, string mode)
    {
        Action<Trace>[] bodies = [.. names.Select(Find)];
        foreach (string name in names) results.Write(new { Case = name, Event = "begin" });
        _pins.Clear();
        GreenThreadDiagnostics.PinnedWaitEnded -= NotePin;
        if (mode == "green") GreenThreadDiagnostics.PinnedWaitEnded += NotePin;
        Trace[] traces = [.. names.Select(_ => new Trace())];
        GreenThreadCounters before = GreenThreadDiagnostics.Counters;
        Func<TimeSpan, bool>[] joins = [.. bodies.Zip(traces, (body, trace) => Start(body, trace, mode == "plain"))];
        DateTime deadline = DateTime.UtcNow + s_bound;
        for (int i = 0; i < names.Length; i++)
        {
            TimeSpan left = deadline - DateTime.UtcNow;
            if (joins[i](left > TimeSpan.Zero ? left : TimeSpan.Zero)) continue;
            // The rest of the batch is left without a result and is run again by the harness.
            var dump = new StringWriter();
            GreenThreadDiagnostics.Dump(dump);
            results.Write(new { Case = names[i], Event = "hang", Lines = traces[i].Lines.Concat(dump.ToString().Split('\n')) });
            Environment.Exit(3);
        }
        GreenThreadCounters after = GreenThreadDiagnostics.Counters;
        for (int i = 0; i < names.Length; i++)
        {
            results.Write(new
            {
                Case = names[i],
                Event = "end",
                traces[i].Lines,
                Suspensions = after.Suspensions - before.Suspensions,
                PinnedWaits = after.PinnedWaits - before.PinnedWaits,
                Pins = _pins,
            });
        }
    }

    // A stack takes long: no more of them than one reads.
    private void NotePin(object? sender, PinnedWaitEventArgs args)
    {
        lock (_pins)
        {
            _pins.Add($"{args.WaitedFor} pinned by {args.PinnedBy ?? "nobody"}\n{args.StackTrace}");
            if (_pins.Count >= MostPins) GreenThreadDiagnostics.PinnedWaitEnded -= NotePin;
        }
    }

    private static Func<TimeSpan, bool> Start(Action<Trace> body, Trace trace, bool plain)
    {
        if (!plain) return Launch.Start(body, trace).Join;
        var thread = new Thread(() => Launch.Run(body, trace), StackBytes) { IsBackground = true };
        thread.Start();
        return thread.Join;
    }

    private Action<Trace> Find(string name)
    {
        string[] parts = name.Split('.');
        MethodInfo method = _corpus.GetType("GreenThreads.Corpus." + parts[0], throwOnError: true)!.GetMethod(parts[1], [typeof(Trace)])
            ?? throw new InvalidOperationException("No such case: " + name);
        return method.CreateDelegate<Action<Trace>>();
    }
}
