// docs/pinning.md: sources that are fetched, each after a wait.
#pragma warning disable
using GreenThreads;

static class Program
{
    static void Main() => GreenThread.Run(() =>
    {
        string[] sources = ["a", "b", "c"];
// <code>
        if (pinned != 3 || total != 3 || together != 3) throw new Exception($"{pinned} {total} {together}");
    });

    static int Fetch(string source)
    {
        GreenThread.Sleep(1);
        return source.Length;
    }
}
