// docs/diagnostics: statements that download pages.
#pragma warning disable
using GreenThreads;

class Fragment
{
    static void Run(string[] urls)
    {
        // <code>
    }

    static string Download(string url) => new HttpClient().GetStringAsync(url).Result;
}
