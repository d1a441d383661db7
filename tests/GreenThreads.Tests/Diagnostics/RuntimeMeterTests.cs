using System.Diagnostics.Metrics;

namespace GreenThreads.Tests.Diagnostics;

/// <summary>The metrics that others read.</summary>
public class RuntimeMeterTests
{
    private const int Yields = 1000;

    [Fact]
    public void Suspensions_and_ends_are_counted_and_pinned_waits_apart_from_them()
    {
        GreenThread.Run(static () => { });
        Dictionary<string, long> before = Read();
        GreenThread.Run(Yield);
        Dictionary<string, long> after = Read();
        Assert.InRange(after["greenthreads.suspensions"] - before["greenthreads.suspensions"], Yields, long.MaxValue);
        Assert.InRange(after["greenthreads.started"] - before["greenthreads.started"], 1, long.MaxValue);
        Assert.InRange(after["greenthreads.pinned_waits"] - before["greenthreads.pinned_waits"], 0, Yields / 2); // of what earlier tests left running

        GreenThread.Run(SleepPinned);
        Assert.InRange(Read()["greenthreads.pinned_waits"] - after["greenthreads.pinned_waits"], 1, long.MaxValue);
    }

    private static void Yield()
    {
        for (int i = 0; i < Yields; i++) GreenThread.Yield();
    }

    [NotWoven]
    private static void SleepPinned() => GreenThread.Sleep(1);

    private static Dictionary<string, long> Read()
    {
        var values = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument.Meter.Name == "GreenThreads") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => values[instrument.Name] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return values;
    }
}
