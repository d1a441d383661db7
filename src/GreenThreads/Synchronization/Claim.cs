namespace GreenThreads.Synchronization;

// The nodes of a select stand in several queues, guarded by several gates. Who grants one of them must first win this word.
//
//   Closed -> Open       // Open: by the thread, before it enlists the first node
//   Open   -> won        // TryWin(node): by a waker, under the gate of that node's source
//   Open   -> Closed     // TryWin(null): by the thread itself: timeout, a task, cancellation, interrupt
//   won    -> Closed     // Open of the next round, after all other nodes have been withdrawn
//
// Nodes that remain in queues while the word is not Open are found by other wakers, who lose, drop them and go on; or the
// thread withdraws them. It does so for all before it opens the word again: no waker holds a node of an earlier round.

/// <summary>Which one of several waiters of a thread has won.</summary>
internal sealed class Claim
{
    private static readonly object s_closed = new();

    // Null: open. Else the winner, or s_closed. Changed by compare-exchange, except by the thread while no node is enlisted.
    private object? _winner = s_closed;

    /// <summary>The node that was granted or refused; null if none was.</summary>
    internal Waiter? Winner => Volatile.Read(ref _winner) as Waiter;

    internal bool IsOpen => Volatile.Read(ref _winner) is null;

    internal void Open() => Volatile.Write(ref _winner, null);

    /// <summary>By a waker with the node that it took out of a queue, under the gate; or by the thread itself with null.</summary>
    internal bool TryWin(Waiter? waiter) => Interlocked.CompareExchange(ref _winner, (object?)waiter ?? s_closed, null) is null;
}
