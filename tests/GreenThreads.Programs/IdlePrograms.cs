using System.Diagnostics;
using System.Globalization;
using GreenThreads;
using GreenThreads.Tests.Infrastructure;

/// <summary>Programs that do nothing.</summary>
internal static class IdlePrograms
{
    private const int Million = 1_000_000;

    /// <summary>Parks a million threads three calls deep and says what a second of that costs.</summary>
    internal static void ParkedMillion()
    {
        GreenThread gate = GreenThread.Start(static () => GreenThread.Sleep(Timeout.Infinite));
        for (int i = 0; i < Million; i++) _ = GreenThread.Start(() => Descend(gate, 2));
        using var self = Process.GetCurrentProcess();
        // until carriers, watchdog, finalizer and background compilation have come to rest
        for (int tries = 0; tries < 20; tries++)
        {
            long switches = CarrierWakeUps.Count();
            TimeSpan before = self.TotalProcessorTime;
            Thread.Sleep(1000);
            self.Refresh();
            double used = (self.TotalProcessorTime - before).TotalMilliseconds;
            long woken = CarrierWakeUps.Count() - switches;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{used:F0} ms, {woken} wake-ups of carriers and watchdog"));
            if (woken == 0 && used <= 10)
            {
                Console.WriteLine("at rest");
                return;
            }
        }
    }

    private static int Descend(GreenThread gate, int depth)
    {
        if (depth != 0) return Descend(gate, depth - 1) + depth;
        gate.Join();
        return depth;
    }
}
