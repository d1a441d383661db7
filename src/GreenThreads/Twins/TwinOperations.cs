using GreenThreads.Blocking;

namespace GreenThreads.Twins;

/// <summary>Operations that stop both when the caller's token is cancelled and when the waiting green thread is interrupted.</summary>
internal static class TwinOperations
{
    /// <summary>Calls an asynchronous operation and waits for it; suspends a green thread.</summary>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    internal static T Call<T>(Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled) return TwinCalls.Await(operation(TwinCalls.Token));
        var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, TwinCalls.Token);
        try
        {
            return TwinCalls.Await(operation(linked.Token));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            linked.Dispose();
        }
    }

    /// <summary>Runs a blocking operation on an OS thread of the blocking pool and waits for it; suspends a green thread.</summary>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    internal static T Offload<T>(Func<CancellationToken, T> operation, CancellationToken cancellationToken) =>
        Call(
            stop =>
            {
                var work = new BlockingWork<T>(() => operation(stop));
                BlockingPool.Shared.Queue(work);
                return work.Task;
            },
            cancellationToken);
}
