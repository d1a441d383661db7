using GreenThreads.Continuations;

namespace GreenThreads.Blocking;

/// <summary>OS threads for calls that block. They are made when needed, up to a bound, and end after idle time.</summary>
internal sealed class BlockingPool
{
    internal const int MaxThreads = 512;
    private const int IdleMs = 10_000;

    /// <summary>The pool of the process.</summary>
    internal static readonly BlockingPool Shared = new();

    private readonly object _gate = new();

    // All three guarded by _gate.
    private readonly Queue<BlockingWork> _queue = new();
    private int _threads;
    private int _idle;

    /// <summary>Number of OS threads at this moment.</summary>
    internal int ThreadCount
    {
        get
        {
            lock (_gate) return _threads;
        }
    }

    /// <summary>Whether something runs in it, or waits for a thread.</summary>
    internal bool IsBusy
    {
        get
        {
            lock (_gate) return _threads != _idle || _queue.Count != 0;
        }
    }

    /// <summary>Queues work; never blocks.</summary>
    [NotWoven]
    internal void Queue(BlockingWork work)
    {
        lock (_gate)
        {
            _queue.Enqueue(work);
            if (_idle >= _queue.Count)
            {
                Monitor.Pulse(_gate);
                return;
            }
            if (_threads == MaxThreads) return;
            _threads++;
        }
        try
        {
            new Thread(Work) { IsBackground = true, Name = "green blocking" }.UnsafeStart();
        }
        catch (OutOfMemoryException)
        {
            lock (_gate)
            {
                // no OS thread to be had: the work waits for one of those that exist, if any
                if (--_threads > 0) return;
            }
            throw;
        }
    }

    [NotWoven]
    private void Work()
    {
        while (Take() is { } work) work.Run();
    }

    [NotWoven]
    private BlockingWork? Take()
    {
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                _idle++;
                bool pulsed = Monitor.Wait(_gate, IdleMs);
                _idle--;
                if (!pulsed && _queue.Count == 0)
                {
                    _threads--;
                    return null;
                }
            }
            return _queue.Dequeue();
        }
    }
}
