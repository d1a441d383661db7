using System.ComponentModel;
using System.Diagnostics;
using GreenThreads.Continuations;
using GreenThreads.Twins;

namespace GreenThreads.Substitutions;

// Without a limit on time the call has an asynchronous twin (see TwinTable). That one waits for the end of redirected
// output too; the call with a limit, like the plain one, does not.

/// <summary>Takes the place of blocking members of <see cref="Process"/> in woven code.</summary>
[Substitute(typeof(Process))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ProcessSubstitutes
{
    /// <summary>As <see cref="Process.WaitForExit(int)"/>; suspends a green thread.</summary>
    /// <param name="process">The process.</param>
    /// <param name="milliseconds">How long.</param>
    /// <returns>Whether the process has ended.</returns>
    public static bool WaitForExit(Process process, int milliseconds)
    {
        if (milliseconds == 0 || milliseconds < Timeout.Infinite || Continuation.CurrentOrNull is not GreenThread) return process.WaitForExit(milliseconds);
        if (milliseconds == Timeout.Infinite)
        {
            TwinCalls.Await(process.WaitForExitAsync(TwinCalls.Token));
            return true;
        }
        var exited = new TaskCompletionSource();
        void OnExited(object? sender, EventArgs e) => exited.TrySetResult();
        process.EnableRaisingEvents = true;
        process.Exited += OnExited;
        try
        {
            return process.HasExited || TaskSubstitutes.Wait(exited.Task, milliseconds) || process.HasExited;
        }
        finally
        {
            process.Exited -= OnExited;
        }
    }

    /// <summary>As <see cref="Process.WaitForExit(TimeSpan)"/>; suspends a green thread.</summary>
    /// <param name="process">The process.</param>
    /// <param name="timeout">How long.</param>
    /// <returns>Whether the process has ended.</returns>
    public static bool WaitForExit(Process process, TimeSpan timeout)
    {
        double milliseconds = timeout.TotalMilliseconds;
        if (milliseconds is > int.MaxValue or < -1) return process.WaitForExit(timeout);
        return WaitForExit(process, (int)milliseconds);
    }
}
