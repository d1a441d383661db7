using System.Reflection;
using GreenThreads.Diagnostics;

namespace GreenThreads.Corpus.Runner;

/// <summary>Runs cases: on an OS thread, on a green thread, or several green threads at once.</summary>
internal sealed class CaseRunner(string folder, ResultWriter results)
{
    private const int AtOnce = 8;
    private const int StackBytes = 64 << 20;
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(20);

    private readonly Assembly _corpus = Assembly.LoadFrom(Path.Combine(Path.GetFullPath(folder), "GreenThreads.Corpus.dll"));

    public void Run(string[] cases, string mode)
    {
        int size = mode == "concurrent" ? AtOnce : 1;
        foreach (string[] batch in cases.Chunk(size)) RunBatch(batch, mode == "plain");
    }

    private void RunBatch(string[] names, bool plain)
    {
        Action<Trace>[] bodies = [.. names.Select(Find)];
        foreach (string name in names) results.Write(new { Case = name, Event = "begin" });
        Trace[] traces = [.. names.Select(_ => new Trace())];
        GreenThreadCounters before = GreenThreadDiagnostics.Counters;
        Func<TimeSpan, bool>[] joins = [.. bodies.Zip(traces, (body, trace) => Start(body, trace, plain))];
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
            });
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
