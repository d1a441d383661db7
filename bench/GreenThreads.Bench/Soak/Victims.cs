namespace GreenThreads.Bench.Soak;

/// <summary>Threads that may be interrupted at any time. Any thread.</summary>
[NotWoven]
internal sealed class Victims
{
    private readonly GreenThread?[] _threads = new GreenThread?[256];

    /// <summary>Exposes a thread until another one takes its place.</summary>
    internal void Expose(GreenThread thread, int number) => Volatile.Write(ref _threads[number & (_threads.Length - 1)], thread);

    /// <summary>Interrupts one after the other, from an OS thread, until disposed.</summary>
    internal IDisposable StartInterrupting(int seed)
    {
        var stop = new CancellationTokenSource();
#pragma warning disable GT2001 // one at a time: joined before the next round
        var thread = new Thread(() => Interrupt(new Random(seed), stop.Token)) { IsBackground = true, Name = "soak interrupts" };
#pragma warning restore GT2001
        thread.Start();
        return new Stopper(stop, thread);
    }

    private void Interrupt(Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Volatile.Read(ref _threads[random.Next(_threads.Length)])?.Interrupt();
            if (random.Next(50) == 0) Thread.Sleep(1);
        }
    }

    private sealed class Stopper(CancellationTokenSource stop, Thread thread) : IDisposable
    {
        public void Dispose()
        {
            stop.Cancel();
            thread.Join();
            stop.Dispose();
        }
    }
}
