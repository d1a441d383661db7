// docs/getting-started, docs/pinning.md: the beginning of a program.
#pragma warning disable
using GreenThreads;
using GreenThreads.Diagnostics;

static class Program
{
    static void Main()
    {
// <code>
        GreenThread.Run(() => new[] { 1 }.Select(x => { GreenThread.Sleep(5); return x; }).Sum());
    }
}
