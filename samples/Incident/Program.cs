using System.CommandLine;
using Incident;
using Incident.Measurement;
using Incident.Reporting;
using Incident.Supervision;

const int Interrupted = 130;

if (ChildCommand.TryRun(args) is { } exitCode) return exitCode;
AppDomain.CurrentDomain.ProcessExit += static (_, _) => ChildProcess.KillAll();
return await CommandLine.Create(ReplayAsync).Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(5) });

static async Task<int> ReplayAsync(IncidentOptions options, CancellationToken cancellation)
{
    try
    {
        ConsoleReport.Introduce(options);
        IReadOnlyList<RunResult> results = await RunViews.ShowAsync(view => Supervisor.RunAsync(options, view, cancellation));
        ConsoleReport.Print(results);
        if (options.Json is { } json) await JsonReport.WriteAsync(json, options, results);
        if (options.Html is { } html) await HtmlReport.WriteAsync(html, options, results);
        return 0;
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("Interrupted; the server and load processes are ended.");
        return Interrupted;
    }
    catch (ChildEndedException exception)
    {
        Console.Error.WriteLine($"A server or load process ended unexpectedly. {exception.Message}");
        return 1;
    }
    catch (IOException exception)
    {
        Console.Error.WriteLine(exception.Message);
        return 1;
    }
    finally
    {
        ChildProcess.KillAll();
    }
}
