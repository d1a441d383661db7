// docs/faq.md: a file that is read.
#pragma warning disable
using GreenThreads;

static class Program
{
    static string path = Path.GetTempFileName();

    static void Main()
    {
        File.WriteAllText(path, "text");
// <code>
    }

    static async Task<int> CountAsync(string path) => (await File.ReadAllTextAsync(path)).Length;
}
