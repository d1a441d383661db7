using AheadOfTime;
using GreenThreads;
using GreenThreads.Diagnostics;

// Every check waits in a green thread through another kind of call. A wait has to suspend: pinned waits count as failures.
int failures = 0;
foreach ((string name, Action check) in Checks.All)
{
    GreenThreadCounters before = GreenThreadDiagnostics.Counters;
    string outcome = "ok";
    try
    {
        GreenThread.Run(check);
    }
    catch (Exception exception)
    {
        outcome = exception.ToString();
    }
    GreenThreadCounters after = GreenThreadDiagnostics.Counters;
    if (outcome == "ok" && after.PinnedWaits != before.PinnedWaits) outcome = $"{after.PinnedWaits - before.PinnedWaits} pinned waits";
    if (outcome == "ok" && after.Suspensions == before.Suspensions) outcome = "nothing suspended";
    if (outcome != "ok") failures++;
    Console.WriteLine($"{name}: {outcome}");
}
Console.WriteLine(failures == 0 ? $"self-check passed ({Checks.All.Length} checks)" : $"self-check failed ({failures} of {Checks.All.Length} checks)");
return failures == 0 ? 0 : 1;
