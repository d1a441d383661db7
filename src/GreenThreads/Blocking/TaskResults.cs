namespace GreenThreads.Blocking;

/// <summary>Results of tasks, as <c>await</c> gives them; blocks where the task has not completed.</summary>
/// <remarks>Kept apart and not woven: here the calls mean what they say.</remarks>
[NotWoven]
internal static class TaskResults
{
    internal static void Get(Task task) => task.GetAwaiter().GetResult();

    internal static T Get<T>(Task<T> task) => task.GetAwaiter().GetResult();

    internal static void Get(ValueTask task) => task.GetAwaiter().GetResult();

    internal static T Get<T>(ValueTask<T> task) => task.GetAwaiter().GetResult();
}
