using System.ComponentModel;
using GreenThreads.Continuations;

namespace GreenThreads.Substitutions;

// The console has one input and one reader at a time: the others wait here, not on threads of the blocking pool.

/// <summary>Takes the place of blocking members of <see cref="Console"/> in woven code: they are off-loaded.</summary>
[Substitute(typeof(Console))]
[Offloads]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ConsoleSubstitutes
{
    private static readonly SemaphoreSlim s_reader = new(1, 1);

    /// <summary>As <see cref="Console.ReadLine"/>; suspends a green thread while an OS thread of the blocking pool reads.</summary>
    /// <returns>The line; null at the end of the input.</returns>
    public static string? ReadLine() => IsOffloaded ? Offload(Console.ReadLine) : Console.ReadLine();

    /// <summary>As <see cref="Console.Read"/>; suspends a green thread while an OS thread of the blocking pool reads.</summary>
    /// <returns>The character; -1 at the end of the input.</returns>
    public static int Read() => IsOffloaded ? Offload(Console.Read) : Console.Read();

    /// <summary>As <see cref="Console.ReadKey()"/>; suspends a green thread while an OS thread of the blocking pool reads.</summary>
    /// <returns>The key.</returns>
    public static ConsoleKeyInfo ReadKey() => ReadKey(intercept: false);

    /// <summary>As <see cref="Console.ReadKey(bool)"/>; suspends a green thread while an OS thread of the blocking pool reads.</summary>
    /// <param name="intercept">Whether the key is not shown.</param>
    /// <returns>The key.</returns>
    public static ConsoleKeyInfo ReadKey(bool intercept) =>
        IsOffloaded ? Offload(() => Console.ReadKey(intercept)) : Console.ReadKey(intercept);

    private static bool IsOffloaded => Continuation.CurrentOrNull is GreenThread;

    private static T Offload<T>(Func<T> read)
    {
        GreenThread.Await(s_reader.WaitAsync());
        try
        {
            return GreenThread.Offload(read);
        }
        finally
        {
            s_reader.Release();
        }
    }
}
