using System.Diagnostics;
using System.Globalization;
using System.Text;
using GreenThreads.Diagnostics;

namespace GreenThreads.Tests.Infrastructure;

/// <summary>What is written about the process when a test hangs.</summary>
internal static class Dumps
{
    /// <summary>The state of the process: OS threads, the thread pool, all green threads.</summary>
    internal static string Take()
    {
        var text = new StringBuilder();
        CultureInfo culture = CultureInfo.InvariantCulture;
        using (var process = Process.GetCurrentProcess())
        {
            text.AppendLine(culture, $"process {process.Id}: {process.Threads.Count} OS threads, {process.WorkingSet64 >> 20} MiB resident");
        }
        text.AppendLine(culture, $"thread pool: {ThreadPool.ThreadCount} threads, {ThreadPool.PendingWorkItemCount} pending items");
        using var writer = new StringWriter(text, culture);
        GreenThreadDiagnostics.Dump(writer);
        return text.ToString();
    }
}
