using System.Runtime.CompilerServices;

namespace GreenThreads;

// Between green threads and asynchronous code.
public partial class GreenThread
{
    /// <summary>Waits until a task has completed, or a token is cancelled.</summary>
    /// <param name="task">The task; it goes on when the wait is cancelled.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="Exception">What the task failed with, as <c>await</c> throws it.</exception>
    /// <exception cref="ThreadInterruptedException"><see cref="Interrupt"/> was called.</exception>
    /// <remarks>Suspends a green thread; blocks a plain OS thread.</remarks>
    public static void Await(Task task, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        Await(task.WaitAsync(cancellationToken));
    }

    /// <summary>Waits until a task has completed, or a token is cancelled, and returns the task's result.</summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="task">The task; it goes on when the wait is cancelled.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The result of the task.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="Exception">What the task failed with, as <c>await</c> throws it.</exception>
    /// <exception cref="ThreadInterruptedException"><see cref="Interrupt"/> was called.</exception>
    /// <remarks>Suspends a green thread; blocks a plain OS thread.</remarks>
    public static T Await<T>(Task<T> task, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(task);
        return Await(task.WaitAsync(cancellationToken));
    }

    /// <summary>Lets asynchronous code write <c>await thread</c>: it goes on when the thread has ended, and gets the exception of its body.</summary>
    /// <returns>The awaiter of <see cref="AsTask"/>.</returns>
    /// <remarks>Does not suspend.</remarks>
    public TaskAwaiter GetAwaiter() => AsTask().GetAwaiter();
}
