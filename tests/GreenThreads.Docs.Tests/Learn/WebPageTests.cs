using GreenThreads.Docs.Tests.Infrastructure;
using GreenThreads.Tests.Package;
using PuppeteerSharp;

namespace GreenThreads.Docs.Tests.Learn;

/// <summary>The web page of the lessons, in a real browser without a window.</summary>
public sealed class WebPageTests : IDisposable
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private static readonly string[] s_folders = ["/usr/bin", "/usr/local/bin", "/snap/bin"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_page_refers_to_nothing_outside()
    {
        string page = File.ReadAllText(WritePage());
        Assert.DoesNotContain(" src=", page);
        Assert.DoesNotContain("<link", page);
        Assert.DoesNotContain("@import", page);
        Assert.DoesNotContain("url(", page);
        Assert.DoesNotMatch(@"https?://(?!www\.w3\.org/2000/svg"")", page);
    }

    [Fact]
    public async Task Answers_are_explained_and_progress_is_kept_in_the_browser()
    {
        string page = new Uri(WritePage()).AbsoluteUri;
        await using IBrowser browser = await StartAsync();
        await using IPage tab = await browser.NewPageAsync();
        var problems = new List<string>();
        tab.PageError += (_, error) => problems.Add(error.Message);
        tab.RequestFailed += (_, request) => problems.Add(request.Request.Url);
        var requests = new List<string>();
        tab.Request += (_, request) => requests.Add(request.Request.Url);
        await tab.GoToAsync(page);

        Assert.Equal("0 / 5 completed", await TextOf(tab, "#progress"));
        Assert.Equal(5, await tab.EvaluateExpressionAsync<int>("document.querySelectorAll('.lesson').length"));
        Assert.False(await IsShown(tab, "#lesson-1 .experiment"));

        await tab.ClickAsync("#lesson-1 input[value=a]");
        Assert.True(await IsShown(tab, "#lesson-1 .why[data-answer=a]"));
        Assert.False(await IsShown(tab, "#lesson-1 .why[data-answer=b]"));
        Assert.Equal("0 / 5 completed", await TextOf(tab, "#progress"));

        await tab.ClickAsync("#lesson-1 input[value=b]");
        Assert.Equal("1 / 5 completed", await TextOf(tab, "#progress"));
        Assert.True(await IsShown(tab, "#lesson-1 .experiment svg"));
        Assert.True(await IsShown(tab, "#lesson-1 .why[data-answer=c]")); // the wrong ones are explained as well

        await tab.ReloadAsync();
        Assert.Equal("1 / 5 completed", await TextOf(tab, "#progress"));
        Assert.True(await tab.EvaluateExpressionAsync<bool>("document.querySelector('#lesson-1 input[value=b]').checked"));

        string[] right = ["c", "b", "d", "a"];
        for (int i = 0; i < right.Length; i++) await tab.ClickAsync($"#lesson-{i + 2} input[value={right[i]}]");
        Assert.Equal("5 / 5 completed", await TextOf(tab, "#progress"));
        // every bar of every chart can be seen
        Assert.True(await tab.EvaluateExpressionAsync<bool>("[...document.querySelectorAll('.experiment rect')].length > 15 && [...document.querySelectorAll('.experiment rect')].every(r => r.getBoundingClientRect().width > 0)"));
        if (Environment.GetEnvironmentVariable("GREENTHREADS_SCREENSHOT") is { Length: > 0 } picture) await tab.ScreenshotAsync(picture, new ScreenshotOptions { FullPage = true });

        await tab.ClickAsync("#reset");
        Assert.Equal("0 / 5 completed", await TextOf(tab, "#progress"));
        Assert.Empty(problems);
        Assert.All(requests, request => Assert.Equal(page, request));
    }

    [Fact]
    public async Task What_the_browser_has_stored_from_elsewhere_is_a_clean_start()
    {
        string page = new Uri(WritePage()).AbsoluteUri;
        await using IBrowser browser = await StartAsync();
        await using IPage tab = await browser.NewPageAsync();
        await tab.GoToAsync(page);
        foreach (string stored in new[] { "{", "7", "{\"version\":9,\"given\":{\"1\":[\"b\"]}}", "{\"version\":1,\"given\":{\"1\":7}}" })
        {
            await tab.EvaluateFunctionAsync("text => localStorage.setItem('greenthreads-learn', text)", stored);
            await tab.ReloadAsync();
            Assert.Equal("0 / 5 completed", await TextOf(tab, "#progress"));
        }
    }

    private static Task<string> TextOf(IPage tab, string selector) => tab.EvaluateFunctionAsync<string>("selector => document.querySelector(selector).textContent", selector);

    private static Task<bool> IsShown(IPage tab, string selector) =>
        tab.EvaluateFunctionAsync<bool>("selector => document.querySelector(selector).getBoundingClientRect().height > 0", selector);

    private static Task<IBrowser> StartAsync()
    {
        string? chromium = s_folders.SelectMany(static folder => s_names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        Assert.SkipWhen(chromium is null, "There is no Chromium here (apt-get install chromium): the web page is not tried in a browser.");
        return Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = chromium,
            Headless = true,
            // CI runs as root, where Chromium refuses its sandbox; the page is our own.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
            DefaultViewport = new ViewPortOptions { Width = 1000, Height = 900 },
            Timeout = 90_000,
        });
    }

    private string WritePage()
    {
        string file = _folder.PathOf("learn.html");
        (int exitCode, string output) = new SiblingProgram("Learn").Run(
            null, "page", "--output", file, "--run", Path.Combine(Repository.Root, "docs", "learn", "measured.json"));
        Assert.True(exitCode == 0, output);
        return file;
    }
}
