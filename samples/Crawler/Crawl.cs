using System.Net;
using System.Text.RegularExpressions;
using GreenThreads;

namespace Crawler;

// One thread decides (Run), one for each request fetches. The deciding thread alone knows what was seen: no lock. Fetching threads
// send what they found through a channel, and wait when the deciding thread is behind.
//
//   Run: address -> scope (at most Concurrency run) -> Fetch: rate limit, request, retry -> channel -> Run: links -> ...

/// <summary>Visits all pages that can be reached from one.</summary>
/// <param name="client">Makes the requests.</param>
/// <param name="options">How to crawl.</param>
internal sealed partial class Crawl(HttpClient client, CrawlOptions options)
{
    private const int MostTries = 3;
    private static readonly TimeSpan s_progressPeriod = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(30);

    private readonly GreenChannel<Page> _pages = new(256);
    private readonly GreenRateLimiter _limiter = new(options.Rate, burst: Math.Max(1, options.Rate / 10));
    private readonly HashSet<Uri> _seen = [];
    private readonly List<Page> _found = [];

    /// <summary>Crawls. Waits.</summary>
    /// <param name="start">The first address; links to other hosts are left alone.</param>
    /// <param name="progress">Told now and then how many pages are done, and how many are known.</param>
    /// <param name="cancellation">Ends it; what has been found is the result.</param>
    /// <returns>What came of every address.</returns>
    /// <exception cref="TimeoutException">Nothing came for 30 s.</exception>
    internal IReadOnlyList<Page> Run(Uri start, Action<int, int> progress, CancellationToken cancellation)
    {
        using var scope = new GreenScope(maxConcurrency: options.Concurrency);
        bool isCancelled = false, isQuiet = false;
        GreenSelect select = new GreenSelect()
            .OnReceive(_pages, page => Take(scope, page))
            .OnEvery(s_progressPeriod, () => progress(_found.Count, _seen.Count))
            .OnTimeout(s_quiet, () => isQuiet = true)
            .OnCancellation(cancellation, () => isCancelled = true);
        Visit(scope, start);
        while (_found.Count < _seen.Count && !isCancelled && !isQuiet) select.Wait();
        progress(_found.Count, _seen.Count);
        scope.Cancel(); // those that still run; nobody waits for their pages
        if (isQuiet) throw new TimeoutException($"Nothing came for {s_quiet.TotalSeconds:0} s; {_found.Count} of {_seen.Count} pages are done.");
        return _found;
    }

    private void Visit(GreenScope scope, Uri address)
    {
        if (_seen.Count < options.MostPages && _seen.Add(address)) scope.Start(() => _pages.Send(Fetch(address)));
    }

    private void Take(GreenScope scope, Page page)
    {
        _found.Add(page);
        foreach (Uri link in page.Links)
        {
            if (link.Authority == page.Address.Authority) Visit(scope, link);
        }
    }

    // On a thread of its own, as plain as if there were no others.
    private Page Fetch(Uri address)
    {
        for (int tries = 1; ; tries++)
        {
            _limiter.Acquire();
            (Outcome outcome, HttpStatusCode status, string text) = Get(address);
            bool isBusy = outcome == Outcome.Refused && status == HttpStatusCode.ServiceUnavailable;
            if (!isBusy || tries == MostTries) return new Page(address, outcome, tries, Links(address, text), text.Length);
            Thread.Sleep(100 * tries);
        }
    }

    private (Outcome, HttpStatusCode, string) Get(Uri address)
    {
        try
        {
            using var limit = new GreenScope(deadline: options.Limit);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using HttpResponseMessage response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, GreenThread.CancellationToken);
            using var reader = new StreamReader(response.Content.ReadAsStream());
            string text = reader.ReadToEnd();
            return response.IsSuccessStatusCode ? (Outcome.Found, response.StatusCode, text) : (Outcome.Refused, response.StatusCode, "");
        }
        catch (TimeoutException)
        {
            return (Outcome.TimedOut, default, "");
        }
        catch (HttpRequestException)
        {
            return (Outcome.Failed, default, "");
        }
    }

    private static Uri[] Links(Uri address, string text) => [.. Link().Matches(text).Select(match => new Uri(address, match.Groups[1].Value))];

    [GeneratedRegex("href=\"([^\"]+)\"")]
    private static partial Regex Link();
}
