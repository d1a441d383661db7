using System.ComponentModel;
using GreenThreads.Blocking;
using GreenThreads.Continuations;

namespace GreenThreads.Twins;

/// <summary>What the calls that the weaver makes in place of blocking ones use; see <see cref="TwinsAttribute"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TwinCalls
{
    /// <summary>Whether the twin is to be called: on a green thread.</summary>
    public static bool IsWanted
    {
        [NotWoven]
        get => Continuation.CurrentOrNull is GreenThread;
    }

    /// <summary>The token to pass to the twin that the calling green thread is about to wait for: cancelled when it is interrupted.</summary>
    public static CancellationToken Token
    {
        [NotWoven]
        get => TwinWait.OfCurrent().Token;
    }

    /// <summary>
    /// Before the call of a twin by a green thread: what it starts on streams of ours is done by the thread itself, while it waits. A
    /// call of <c>Await</c> must follow, or of <see cref="Abandon"/>.
    /// </summary>
    [NotWoven]
    public static void Begin() => TwinWait.OfCurrent().Open();

    /// <summary>After a call of a twin that has thrown: nothing is waited for.</summary>
    [NotWoven]
    public static void Abandon() => Started().Abandon();

    /// <summary>Waits for a twin; suspends a green thread.</summary>
    /// <param name="task">What the twin returned.</param>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the operation has been cancelled.</exception>
    public static void Await(Task task) => Await(new ValueTask(task));

    /// <summary>Waits for a twin; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">What the twin returned.</param>
    /// <returns>The result of the task.</returns>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the operation has been cancelled.</exception>
    public static T Await<T>(Task<T> task) => Await(new ValueTask<T>(task));

    /// <summary>Waits for a twin; suspends a green thread.</summary>
    /// <param name="task">What the twin returned; consumed.</param>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the operation has been cancelled.</exception>
    public static void Await(ValueTask task)
    {
        TwinWait wait = Started();
        if (task.IsCompleted)
        {
            wait.Abandon();
            TaskResults.Get(task);
            return;
        }
        wait.Register(task.ConfigureAwait(false).GetAwaiter());
        wait.Wait();
        wait.Finish(task);
    }

    /// <summary>Waits for a twin; suspends a green thread.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">What the twin returned; consumed.</param>
    /// <returns>The result of the task.</returns>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted; the operation has been cancelled.</exception>
    public static T Await<T>(ValueTask<T> task)
    {
        TwinWait wait = Started();
        if (task.IsCompleted)
        {
            wait.Abandon();
            return TaskResults.Get(task);
        }
        wait.Register(task.ConfigureAwait(false).GetAwaiter());
        wait.Wait();
        return wait.Finish(task);
    }

    // The call of the twin is over.
    [NotWoven]
    private static TwinWait Started()
    {
        TwinWait wait = TwinWait.OfCurrent();
        wait.Close();
        return wait;
    }
}
