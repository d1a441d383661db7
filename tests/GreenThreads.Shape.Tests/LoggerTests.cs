using System.Collections.Concurrent;
using GreenThreads.Diagnostics;
using Microsoft.Extensions.Logging;

namespace GreenThreads.Shape.Tests;

/// <summary>Providers of the logging framework, which calls them back from code that is not woven: their waits are pinned.</summary>
public class LoggerTests
{
    private const int Threads = 40; // several times the carriers

    [Fact]
    public void A_provider_that_waits_writes_everything_and_its_carriers_are_replaced()
    {
        using var provider = new WaitingProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(provider));
        ILogger logger = factory.CreateLogger("green");
        long pinned = GreenThreadDiagnostics.Counters.PinnedWaits;
        var threads = new GreenThread[Threads];
        for (int i = 0; i < Threads; i++)
        {
            int index = i;
            threads[i] = GreenThread.Start(() =>
            {
                for (int n = 0; n < 3; n++) logger.LogInformation("thread {Thread} line {Line}", index, n);
            });
        }
        // All of them are in the provider at once; who lets them out needs a carrier, too.
        GreenThread.Run(() =>
        {
            for (int i = 0; i < Threads; i++) provider.Entered.Wait();
            for (int i = 0; i < 3 * Threads; i++) provider.Let.Release();
        });
        foreach (GreenThread thread in threads) thread.Join();
        Assert.Equal(
            (from i in Enumerable.Range(0, Threads) from n in Enumerable.Range(0, 3) select $"Information green thread {i} line {n}").Order(StringComparer.Ordinal),
            provider.Lines.Order(StringComparer.Ordinal));
        Assert.InRange(GreenThreadDiagnostics.Counters.PinnedWaits - pinned, Threads, int.MaxValue);
    }

    [Fact]
    public void What_a_provider_throws_after_a_wait_reaches_the_caller()
    {
        using var provider = new WaitingProvider { Fails = true };
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(provider));
        ILogger logger = factory.CreateLogger("green");
        provider.Let.Release();
        GreenThread thread = GreenThread.Start(() => logger.LogError("never written"));
        AggregateException exception = Assert.Throws<AggregateException>(thread.Join); // as the framework reports it on an OS thread
        Assert.IsType<NotSupportedException>(exception.InnerException);
    }

    private sealed class WaitingProvider : ILoggerProvider
    {
        internal ConcurrentQueue<string> Lines { get; } = [];

        internal SemaphoreSlim Entered { get; } = new(0);

        internal SemaphoreSlim Let { get; } = new(0);

        internal bool Fails { get; init; }

        public ILogger CreateLogger(string categoryName) => new WaitingLogger(this, categoryName);

        public void Dispose()
        {
            Entered.Dispose();
            Let.Dispose();
        }
    }

    private sealed class WaitingLogger(WaitingProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            provider.Entered.Release();
            provider.Let.Wait();
            if (provider.Fails) throw new NotSupportedException();
            provider.Lines.Enqueue($"{logLevel} {category} {formatter(state, exception)}");
        }
    }
}
