using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Starvation;

var items = new Option<int>("--items") { Description = "How many items run at once.", DefaultValueFactory = _ => 1000 };
var limit = new Option<int>("--limit") { Description = "Seconds after which an attempt is given up.", DefaultValueFactory = _ => 20 };
items.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 1_000_000) result.AddError("--items must be between 1 and 1000000.");
});
limit.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 1 or > 3600) result.AddError("--limit must be between 1 and 3600 seconds.");
});
var root = new RootCommand("Blocks on tasks that need the thread pool, on the thread pool and on green threads.") { items, limit };
root.SetAction(result => Show(result.GetValue(items), TimeSpan.FromSeconds(result.GetValue(limit))));
return root.Parse(args).Invoke();

static int Show(int items, TimeSpan limit)
{
    if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 120;
    // as on a server with two processors, whatever this machine has
    ThreadPool.SetMinThreads(2, 2);
    AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture,
        $"{items:N0} items at once, each waits {Work.Steps} times for {Work.StepMs} ms; a thread pool that starts with 2 threads. At best {Work.Steps * Work.StepMs} ms.");
    var results = new List<AttemptResult>();
    AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).Start(context =>
    {
        // the starved pool last: what it leaves behind would slow the others down
        foreach (Attempt attempt in (Attempt[])[Attempt.Awaited, Attempt.Green, Attempt.Pool])
        {
            if (attempt != Attempt.Pool) attempt.Run(Math.Min(items, 20), limit, _ => { }); // the code is compiled at its first run
            ProgressTask bar = context.AddTask(attempt.Name, maxValue: items);
            results.Add(attempt.Run(items, limit, done => bar.Value = done));
            bar.StopTask();
        }
    });

    var table = new Table().Border(TableBorder.Rounded)
        .AddColumn("Items")
        .AddColumn(new TableColumn("done").RightAligned())
        .AddColumn(new TableColumn("time").RightAligned())
        .AddColumn(new TableColumn("times awaited").RightAligned())
        .AddColumn(new TableColumn("pool threads, at most").RightAligned());
    CultureInfo culture = CultureInfo.InvariantCulture;
    TimeSpan awaited = results[0].Elapsed;
    foreach (AttemptResult result in results)
    {
        bool isDone = result.Finished == items;
        table.AddRow(
            result.Name,
            result.Finished.ToString("N0", culture),
            isDone ? string.Create(culture, $"{result.Elapsed.TotalSeconds:0.00} s") : string.Create(culture, $"given up after {result.Elapsed.TotalSeconds:0} s"),
            isDone ? string.Create(culture, $"{result.Elapsed / awaited:0.00}") : "–",
            result.PoolThreads.ToString(culture));
    }
    AnsiConsole.Write(table);
    return results[1].Finished == items ? 0 : 1;
}
