using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Crawler;
using GreenThreads;
using Samples.Common;
using Spectre.Console;

Option<int> pages = CommonOptions.Number("--pages", "Pages of the site.", 5000, 1, 1_000_000);
Option<int> concurrency = CommonOptions.Number("--concurrency", "Requests at the same time.", 200, 1, 100_000);
Option<int> rate = CommonOptions.Number("--rate", "Requests in a second.", 3000, 1, 1_000_000);
Option<int> limit = CommonOptions.Number("--limit", "Milliseconds for one request.", 2000, 1, 600_000);
var crawl = new Command("crawl", "Crawls the site (the default).") { pages, concurrency, rate, limit };
crawl.SetAction(parsed => Run(
    parsed.GetValue(pages),
    new CrawlOptions(parsed.GetValue(concurrency), parsed.GetValue(rate), TimeSpan.FromMilliseconds(parsed.GetValue(limit)), parsed.GetValue(pages) + 1)));
return new RootCommand("Crawls a web site that it makes up, on this machine: a green thread for each request.") { crawl }.Run("crawl", args);

static int Run(int pages, CrawlOptions options)
{
    // both ends of each connection are here
    if (OpenFiles.Forbid(options.Concurrency, descriptorsEach: 2) is { } problem)
    {
        Console.Error.WriteLine(problem);
        return 1;
    }
    using var ending = new CancellationTokenSource();
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
    {
        // the second one ends the program at once
        if (ending.IsCancellationRequested) return;
        context.Cancel = true;
        ending.Cancel();
    });
    if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 120;
    using var site = new Site(pages);
    using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = options.Concurrency });
    var clock = Stopwatch.StartNew();
    int threads = 0;
    IReadOnlyList<Page> found = AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).Start(context =>
    {
        ProgressTask bar = context.AddTask("pages done, of those known");
        return GreenThread.Run(() => new Crawl(client, options).Run(
            site.Address,
            (done, known) =>
            {
                bar.MaxValue = known;
                bar.Value = done;
                threads = Math.Max(threads, Process.GetCurrentProcess().Threads.Count);
            },
            ending.Token));
    });
    clock.Stop();
    Print(found, clock.Elapsed, site.MostAtOnce, threads);
    return 0;
}

static void Print(IReadOnlyList<Page> found, TimeSpan elapsed, int most, int threads)
{
    CultureInfo culture = CultureInfo.InvariantCulture;
    var table = new Table().Border(TableBorder.Rounded).AddColumn("pages").AddColumn(new TableColumn("").RightAligned());
    foreach ((string name, Outcome outcome) in (ReadOnlySpan<(string, Outcome)>)[("found", Outcome.Found), ("refused", Outcome.Refused), ("no answer in time", Outcome.TimedOut), ("failed", Outcome.Failed)])
        table.AddRow(name, found.Count(page => page.Outcome == outcome).ToString("N0", culture));
    table.AddRow("found at a second try", found.Count(page => page.Outcome == Outcome.Found && page.Tries > 1).ToString("N0", culture));
    table.AddRow("characters", found.Sum(page => (long)page.Characters).ToString("N0", culture));
    table.AddRow("seconds", elapsed.TotalSeconds.ToString("0.0", culture));
    table.AddRow("pages in a second", (found.Count / elapsed.TotalSeconds).ToString("N0", culture));
    table.AddRow("requests at the same time, at most", most.ToString("N0", culture));
    table.AddRow("OS threads of the process, at most", threads.ToString(culture));
    AnsiConsole.Write(table);
}
