using GreenThreads.Libraries.Tests.Harness;
using Serilog;
using Serilog.Context;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace GreenThreads.Libraries.Tests.Cases;

/// <summary>Serilog with sinks, enrichers and values that wait.</summary>
public static class LoggingCases
{
    [LibraryCase]
    public static string Events_are_enriched_filtered_and_formatted()
    {
        var sink = new SlowSink();
        using (Logger log = new LoggerConfiguration()
            .MinimumLevel.Debug()
            .Enrich.FromLogContext()
            .Enrich.With(new SlowEnricher())
            .Filter.ByExcluding(e => Waits.Then(e.MessageTemplate.Text.StartsWith("secret")))
            .Destructure.ByTransforming<Uri>(u => Waits.Then(u.Host))
            .WriteTo.Sink(sink)
            .WriteTo.Logger(l => l.MinimumLevel.Error().WriteTo.Sink(sink))
            .CreateLogger())
        {
            log.Information("Hello {Name}, you have {@Cart} at {@Where}", "Ada", new { Items = new[] { 1, 2 }, Total = 3.5 }, new Uri("http://example.org/x"));
            log.Debug("secret {Value}", 1);
            using (LogContext.PushProperty("Request", 17))
            {
                ILogger inner = log.ForContext("Part", "inner");
                inner.Error(new InvalidOperationException("it broke"), "Failed after {Elapsed:0.0} ms", 12.345);
            }
            log.Verbose("not enabled");
        }
        return sink.Text;
    }

    private sealed class SlowEnricher : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory factory) =>
            logEvent.AddPropertyIfAbsent(factory.CreateProperty("Machine", Waits.Then("here")));
    }

    private sealed class SlowSink : ILogEventSink, IDisposable
    {
        private readonly SlowWriter _writer = new();
        private readonly JsonFormatter _formatter = new(closingDelimiter: "\n");

        public string Text => _writer.ToString();

        public void Emit(LogEvent logEvent)
        {
            Waits.Once();
            _writer.Write(logEvent.RenderMessage() + " ");
            var copy = new LogEvent(DateTimeOffset.UnixEpoch, logEvent.Level, logEvent.Exception, logEvent.MessageTemplate, logEvent.Properties.Select(p => new LogEventProperty(p.Key, p.Value)));
            _formatter.Format(copy, _writer);
        }

        public void Dispose()
        {
            Waits.Once();
            _writer.Write("disposed");
        }
    }
}
