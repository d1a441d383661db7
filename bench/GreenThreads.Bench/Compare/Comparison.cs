using Spectre.Console;

namespace GreenThreads.Bench.Compare;

/// <summary>Runs the comparison: each round does every work on every system once, one after the other.</summary>
[NotWoven]
internal sealed class Comparison(Contender[] contenders, Work[] works, int rounds, bool quick)
{
    private readonly Dictionary<(Work Work, Contender Contender), List<double>> _results = [];
    private readonly HashSet<(Work Work, Contender Contender)> _absent = [];
    private readonly List<string> _failures = [];

    /// <summary>The system that the others are compared with.</summary>
    internal Contender Subject => contenders[0];

    internal Contender[] Contenders => contenders;

    internal Work[] Works => works;

    internal int Rounds => rounds;

    internal bool IsQuick => quick;

    /// <summary>What went wrong; one line for each failed process.</summary>
    internal IReadOnlyList<string> Failures => _failures;

    /// <summary>The load average of the machine before the first round and after the last.</summary>
    internal string? LoadBefore { get; private set; }

    /// <inheritdoc cref="LoadBefore"/>
    internal string? LoadAfter { get; private set; }

    /// <summary>How much of it a comparison like this one does.</summary>
    internal int SizeOf(Work work) => quick ? work.QuickSize : work.Size;

    /// <summary>All rounds of one work on one system; empty if it was not done.</summary>
    internal IReadOnlyList<double> ResultsOf(Work work, Contender contender) =>
        _results.TryGetValue((work, contender), out List<double>? results) ? results : [];

    /// <summary>The middle round; null if it was not done.</summary>
    internal double? MedianOf(Work work, Contender contender)
    {
        IReadOnlyList<double> results = ResultsOf(work, contender);
        if (results.Count == 0) return null;
        double[] sorted = [.. results.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Runs all rounds, showing where it is.</summary>
    internal void Run()
    {
        LoadBefore = Machine.Load();
        Contender[] present = [.. contenders.Where(static contender => contender.IsPresent)];
        AnsiConsole.Progress()
            .HideCompleted(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn())
            .Start(context =>
            {
                ProgressTask progress = context.AddTask("starting", maxValue: rounds * works.Length * present.Length);
                for (int round = 1; round <= rounds; round++)
                {
                    foreach (Work work in works)
                    {
                        foreach (Contender contender in present)
                        {
                            progress.Description = Markup.Escape($"round {round} of {rounds}: {work.Title}, {contender.Name}");
                            RunOne(work, contender);
                            progress.Increment(1);
                        }
                    }
                }
            });
        LoadAfter = Machine.Load();
    }

    private void RunOne(Work work, Contender contender)
    {
        if (_absent.Contains((work, contender))) return;
        try
        {
            if (contender.Run(work, SizeOf(work)) is not { } result)
            {
                _absent.Add((work, contender));
                return;
            }
            if (!_results.TryGetValue((work, contender), out List<double>? results)) _results[(work, contender)] = results = [];
            results.Add(result);
        }
        catch (InvalidOperationException exception)
        {
            _absent.Add((work, contender)); // it would fail in each round
            _failures.Add(exception.Message);
        }
    }
}
