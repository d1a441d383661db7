namespace GreenThreads.Tests.Scheduling;

/// <summary>Thieves on OS threads against the owner of a queue: each green thread is taken by one of them, once.</summary>
[NotWoven]
internal sealed class StealRace
{
    internal const int Count = 20_000;
    private const int Thieves = 2;

    private readonly int[] _taken = new int[Count];
    private int _total;

    private StealRace()
    {
        for (int i = 0; i < Count; i++) Threads[i].RegistrySlot = i;
    }

    /// <summary>What the owner has to push.</summary>
    internal GreenThread[] Threads { get; } = [.. Enumerable.Range(0, Count).Select(static _ => new GreenThread(static () => { }))];

    /// <summary>Notes that the thread was taken out of a queue.</summary>
    internal void Take(GreenThread thread)
    {
        Interlocked.Increment(ref _taken[thread.RegistrySlot]);
        Interlocked.Increment(ref _total);
    }

    /// <summary>Runs the owner on this thread and the thieves beside it.</summary>
    /// <param name="newThief">A thief: how it steals, and takes what it has stolen besides out of its own queue.</param>
    /// <param name="own">Pushes all threads and takes what is left.</param>
    internal static void Run(Func<(Func<GreenThread?> Steal, Func<GreenThread?> Pop)> newThief, Action<StealRace> own)
    {
        var race = new StealRace();
        var thieves = new Thread[Thieves];
        for (int t = 0; t < Thieves; t++)
        {
            thieves[t] = new Thread(() =>
            {
                (Func<GreenThread?> steal, Func<GreenThread?> pop) = newThief();
                while (Volatile.Read(ref race._total) < Count)
                {
                    if (steal() is not { } stolen) continue;
                    race.Take(stolen);
                    while (pop() is { } thread) race.Take(thread);
                }
            });
            thieves[t].Start();
        }
        own(race);
        foreach (Thread thief in thieves) thief.Join();
        Assert.All(race._taken, static count => Assert.Equal(1, count));
    }
}
