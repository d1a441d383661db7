namespace GreenThreads.Tests.Infrastructure;

// One running test.
//
//   Watching    -> Ended       // the test finished in time
//   Watching    -> Interrupted // the bound passed: the dump is taken; the waiting OS thread of the test is interrupted
//   Interrupted -> Ended       // the test came back: it fails with the dump
//   Interrupted -> (exit)      // it did not come back (a busy loop, native code, an async test): the dump goes to the
//                              // standard error and the process ends with HangExitCode

/// <summary>Watches one test for <see cref="HangBoundAttribute"/>.</summary>
internal sealed class HangWatch : IDisposable
{
    /// <summary>Exit code of the test process when a test could not be stopped.</summary>
    internal const int HangExitCode = 97;

    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly string _test;
    private readonly TimeSpan _bound;
    private readonly Thread? _thread;
    private readonly Timer _timer;

    // All three guarded by _gate.
    private bool _interrupted;
    private bool _ended;
    private string? _dump;

    /// <summary>Starts to watch.</summary>
    /// <param name="test">The name shown in messages.</param>
    /// <param name="bound">How long the test may run.</param>
    /// <param name="interruptible">Whether the test runs from start to end on the calling thread.</param>
    internal HangWatch(string test, TimeSpan bound, bool interruptible)
    {
        _test = test;
        _bound = bound;
        _thread = interruptible ? Thread.CurrentThread : null;
        _timer = new Timer(static watch => ((HangWatch)watch!).OnTimer(), this, bound, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The test is over.</summary>
    /// <exception cref="TimeoutException">It ran longer than its bound; the message holds the dump.</exception>
    internal void End()
    {
        bool interrupted;
        string? dump;
        lock (_gate)
        {
            _ended = true;
            interrupted = _interrupted;
            dump = _dump;
        }
        Dispose();
        if (dump is null) return;
        if (interrupted) TakePendingInterrupt();
        throw new TimeoutException($"{_test} ran longer than its bound of {_bound.TotalSeconds:0.#} s.{Environment.NewLine}{dump}");
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        string dump = Dumps.Take();
        lock (_gate)
        {
            if (_ended) return;
            if (_dump is null)
            {
                _dump = dump;
                _timer.Change(s_grace, Timeout.InfiniteTimeSpan);
                if (_thread is null) return;
                _interrupted = true;
                _thread.Interrupt();
                return;
            }
        }
        Console.Error.WriteLine($"{_test} hangs (bound {_bound.TotalSeconds:0.#} s) and cannot be stopped; the test process ends.");
        Console.Error.WriteLine(_dump);
        Console.Error.Flush();
        Environment.Exit(HangExitCode);
    }

    // A test that came back just then may leave its interrupt pending for the next test on this thread.
    private static void TakePendingInterrupt()
    {
        try
        {
            Thread.Sleep(1);
        }
        catch (ThreadInterruptedException)
        {
        }
    }
}
