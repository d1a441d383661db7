using Crawler;
using GreenThreads.Samples.Tests.Infrastructure;

namespace GreenThreads.Samples.Tests.Small;

/// <summary>The crawler sample.</summary>
public class CrawlerTests
{
    private const int Pages = 400;

    [Fact]
    public void Every_page_is_visited_once_within_the_limits()
    {
        using var site = new Site(Pages);
        using var client = new HttpClient();
        var options = new CrawlOptions(Concurrency: 50, Rate: 10_000, TimeSpan.FromSeconds(3), MostPages: Pages);
        int last = 0;
        IReadOnlyList<Page> found = GreenThread.Run(() => new Crawl(client, options).Run(site.Address, (done, _) => last = done, TestContext.Current.CancellationToken));

        // a page that cannot be had hides those behind it in the tree, but there are links across
        Assert.Equal(found.Count, found.Select(page => page.Address).Distinct().Count());
        Assert.Equal(found.Count, last);
        Assert.InRange(found.Count, Pages * 9 / 10, Pages + 1);
        Assert.True(found.Count(page => page.Outcome == Outcome.Found) > Pages * 8 / 10);
        Assert.Contains(found, page => page.Outcome == Outcome.Refused);
        Assert.Contains(found, page => page.Outcome == Outcome.TimedOut);
        Assert.Contains(found, page => page is { Outcome: Outcome.Found, Tries: 2 });
        Assert.InRange(site.MostAtOnce, 2, 50);
    }

    [Fact]
    public void The_rate_is_kept()
    {
        using var site = new Site(100);
        using var client = new HttpClient();
        var options = new CrawlOptions(Concurrency: 50, Rate: 50, TimeSpan.FromSeconds(3), MostPages: 60);
        long begun = Environment.TickCount64;
        GreenThread.Run(() => new Crawl(client, options).Run(site.Address, (_, _) => { }, default));
        Assert.True(Environment.TickCount64 - begun >= 1000); // 60 requests, 5 of them at once, 50 in a second
    }

    [Fact]
    public void It_ends_when_it_is_cancelled_with_what_it_has()
    {
        using var site = new Site(10_000);
        using var client = new HttpClient();
        using var ending = new CancellationTokenSource();
        var options = new CrawlOptions(Concurrency: 10, Rate: 10_000, TimeSpan.FromSeconds(3), MostPages: 10_000);
        IReadOnlyList<Page> found = GreenThread.Run(() => new Crawl(client, options).Run(site.Address, (done, _) => { if (done > 20) ending.Cancel(); }, ending.Token));
        Assert.InRange(found.Count, 21, 9_999);
    }

    [Fact]
    public void The_sample_prints_its_table()
    {
        (int exitCode, string output) = SampleProgram.Run("Crawler", "--pages", "100", "--concurrency", "20", "--limit", "1000");
        Assert.True(exitCode == 0, output);
        Assert.Contains("found at a second try", output);
    }
}
