namespace Crawler;

/// <summary>How to crawl.</summary>
/// <param name="Concurrency">Requests at the same time.</param>
/// <param name="Rate">Requests in a second.</param>
/// <param name="Limit">For one request.</param>
/// <param name="MostPages">Addresses that are asked for in all.</param>
internal sealed record CrawlOptions(int Concurrency, int Rate, TimeSpan Limit, int MostPages);
