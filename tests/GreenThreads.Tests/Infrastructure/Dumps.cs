using System.Diagnostics;
using System.Globalization;
using System.Text;
using GreenThreads.Diagnostics;

namespace GreenThreads.Tests.Infrastructure;

/// <summary>What is written about the process when a test hangs.</summary>
internal static class Dumps
{
    // Enough for thousands of threads; a dump of a million is no message.
    private const int MaxLength = 256 * 1024;

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
        if (text.Length <= MaxLength) return text.ToString();
        int left = text.Length - MaxLength;
        text.Length = MaxLength;
        return text.AppendLine().Append(culture, $"… and {left} more characters").ToString();
    }
}
