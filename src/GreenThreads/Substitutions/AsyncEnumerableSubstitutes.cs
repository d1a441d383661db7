using System.ComponentModel;

namespace GreenThreads.Substitutions;

/// <summary>Takes the place of <see cref="TaskAsyncEnumerableExtensions.ToBlockingEnumerable{T}"/> in woven code.</summary>
[Substitute(typeof(TaskAsyncEnumerableExtensions))]
[EditorBrowsable(EditorBrowsableState.Never)]
public static class AsyncEnumerableSubstitutes
{
    /// <summary>As <see cref="TaskAsyncEnumerableExtensions.ToBlockingEnumerable{T}"/>; its steps suspend a green thread.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="source">The asynchronous sequence.</param>
    /// <param name="cancellationToken">Handed to the sequence.</param>
    /// <returns>The elements, for a plain <c>foreach</c>.</returns>
    public static IEnumerable<T> ToBlockingEnumerable<T>(IAsyncEnumerable<T> source, CancellationToken cancellationToken = default)
    {
        IAsyncEnumerator<T> enumerator = source.GetAsyncEnumerator(cancellationToken);
        try
        {
            while (GreenThread.Await(enumerator.MoveNextAsync())) yield return enumerator.Current;
        }
        finally
        {
            GreenThread.Await(enumerator.DisposeAsync());
        }
    }
}
