namespace GreenThreads.Scheduling;

/// <summary>Execution contexts of carriers.</summary>
internal static class Contexts
{
    /// <summary>The context of a thread that has never set anything: captured while no flow reaches the capturing thread.</summary>
#pragma warning disable GT2009 // for a moment, on the first carrier, before there is a green thread
    internal static readonly ExecutionContext Default = CaptureDefault();
#pragma warning restore GT2009

    /// <summary>Before a slice; the carrier's own context is the default one.</summary>
    [NotWoven]
    internal static void Mount(ThreadSide side, Carrier carrier)
    {
        if (side.Context is null && !side.FlowSuppressed) return;
        carrier.Unmount();
        if (side.Context is { } context) ExecutionContext.Restore(context);
        if (side.FlowSuppressed) ExecutionContext.SuppressFlow();
    }

    /// <summary>After a slice: keeps what the thread has set and gives the carrier its default context back.</summary>
    [NotWoven]
    internal static void Unmount(GreenThread thread, ThreadSide? side, Carrier carrier)
    {
        ExecutionContext? now = ExecutionContext.Capture();
        if (!ReferenceEquals(now, Default)) UnmountSlow(thread, now, carrier);
        else if (side is not null) side.Context = null;
    }

    [NotWoven]
    private static void UnmountSlow(GreenThread thread, ExecutionContext? now, Carrier carrier)
    {
        carrier.Unmount();
        ThreadSide side = thread.Side();
        side.FlowSuppressed = now is null;
        if (now is null)
        {
            ExecutionContext.RestoreFlow();
            now = ExecutionContext.Capture()!;
        }
        side.Context = ReferenceEquals(now, Default) ? null : now;
        ExecutionContext.Restore(Default);
    }

    [NotWoven]
    private static ExecutionContext CaptureDefault()
    {
        ExecutionContext? captured = null;
        var thread = new Thread(() => captured = ExecutionContext.Capture()) { IsBackground = true };
        thread.UnsafeStart();
        thread.Join();
        return captured!;
    }
}
