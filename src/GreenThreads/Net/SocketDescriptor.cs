using System.Net.Sockets;
using GreenThreads.Continuations;

namespace GreenThreads.Net;

// One registration of a socket with the poller. Per direction: a place for the threads that wait, and a number that
// counts the edges (changes of readiness that the poller reported). No edge is lost:
//
//   thread that would block                       Poll
//   1. n = edges of the direction                 a. edges += 1                (full fence)
//   2. try the system call: "would block"         b. take all threads out of the place
//   3. enter the place             (full fence)   c. release their handles, unpark them
//   4. edges == n ? park : leave and go to 1
//
// The socket became ready before 2: then 2 would not have said "would block". After 2: then an edge follows, and of a and
// 3, whichever comes last sees the other: either Poll finds the thread in the place, or the thread finds edges != n.
// All threads in a place are woken at each edge; those that find nothing left enter again.
//
// A thread in a place holds its socket's handle open (DangerousAddRef), and that reference belongs to the place: whoever
// takes the thread out releases it: Poll, or the thread itself when its time is up. So
//   - the number of a descriptor in whose places a thread waits is never closed and reused;
//   - a foreign Dispose, which disconnects the socket until nobody holds the handle, needs only somebody who polls; it need
//     not wait until the woken thread is given a carrier.
//
// Drained: a receive on a TCP socket that returned less than was asked for has emptied the kernel's buffer, and all that
// comes later makes an edge. While no edge has come the next receive may skip its system call, which would only say "would
// block". Not so once the peer has finished or the connection failed (_ended): the end follows the data without an edge of
// its own if both were reported at once.

/// <summary>A socket as the poller knows it.</summary>
/// <param name="handle">The socket's handle; the caller holds it open.</param>
/// <param name="number">Its descriptor.</param>
/// <param name="generation">Tells this registration from earlier ones of the same number.</param>
internal sealed class SocketDescriptor(SafeSocketHandle handle, int number, int generation)
{
    // Null, one Continuation, or a list of Waiter. Changed with Interlocked by the waiting threads and Poll.
    private object? _readers;
    private object? _writers;

    // Count the edges; written by Poll with Interlocked, read by the waiting threads. They wrap around harmlessly.
    private int _readEdges;
    private int _writeEdges;

    // The _readEdges as of which the kernel's buffer was seen empty. Written and read by receivers without order: a value
    // is only ever believed while it equals _readEdges, and then it is true whoever wrote it.
    private int _drainedEdges = -1;

    // Written once by Poll, before the edge that it belongs to; never unset.
    private bool _ended;

    /// <summary>The handle that this registration was made for.</summary>
    internal SafeSocketHandle Handle { get; } = handle;

    /// <summary>The descriptor's number, which is its index in <see cref="SocketDescriptors"/> too.</summary>
    internal int Number { get; } = number;

    /// <summary>Differs between registrations of the same number.</summary>
    internal int Generation { get; } = generation;

    /// <summary>Whether some thread waits here now.</summary>
    internal bool HasWaiters => Volatile.Read(ref _readers) is not null || Volatile.Read(ref _writers) is not null;

    /// <summary>The edges so far; to be read before the system call is tried.</summary>
    /// <param name="reading">Which direction.</param>
    internal int Edges(bool reading) => Volatile.Read(ref reading ? ref _readEdges : ref _writeEdges);

    /// <summary>Whether a receive would surely block: nothing came since the buffer was emptied.</summary>
    /// <param name="edges">What <see cref="Edges"/> says now.</param>
    internal bool IsDrained(int edges) => Volatile.Read(ref _drainedEdges) == edges && !Volatile.Read(ref _ended);

    /// <summary>A receive on a TCP socket has emptied the kernel's buffer.</summary>
    /// <param name="edges">The edges as they were before that receive.</param>
    internal void SetDrained(int edges) => Volatile.Write(ref _drainedEdges, edges);

    /// <summary>Puts the calling thread into a place; the caller's reference to the handle goes with it.</summary>
    /// <param name="reading">Which direction.</param>
    /// <param name="edges">The edges as they were before the system call said "would block".</param>
    /// <returns>False when an edge came since: try again (the reference is released then).</returns>
    internal bool Enter(bool reading, int edges)
    {
        Continuation self = Continuation.Current;
        ref object? place = ref reading ? ref _readers : ref _writers;
        object? seen = Volatile.Read(ref place);
        for (;;)
        {
            object entered = seen is null ? self : new Waiter(self, seen);
            object? found = Interlocked.CompareExchange(ref place, entered, seen);
            if (ReferenceEquals(found, seen)) break;
            seen = found;
        }
        if (Edges(reading) == edges) return true;
        Leave(reading);
        return false;
    }

    /// <summary>Takes the calling thread out of a place if it is still there. Called after every wait.</summary>
    /// <param name="reading">Which direction.</param>
    internal void Leave(bool reading)
    {
        ref object? place = ref reading ? ref _readers : ref _writers;
        object? seen = Volatile.Read(ref place);
        while (seen is not null)
        {
            Continuation self = Continuation.Current;
            if (!TryRemove(seen, self, out object? rest)) return;
            object? found = Interlocked.CompareExchange(ref place, rest, seen);
            if (ReferenceEquals(found, seen))
            {
                Handle.DangerousRelease();
                return;
            }
            seen = found;
        }
    }

    /// <summary>Records what the poller reported and wakes who waits for it.</summary>
    /// <param name="events">The event mask of epoll.</param>
    /// <returns>How many threads were unparked.</returns>
    internal int Signal(uint events)
    {
        const uint Ends = LibC.EPOLLRDHUP | LibC.EPOLLHUP | LibC.EPOLLERR;
        int unparked = 0;
        if ((events & Ends) != 0) Volatile.Write(ref _ended, true);
        if ((events & (LibC.EPOLLIN | Ends)) != 0)
        {
            Interlocked.Increment(ref _readEdges);
            unparked = Wake(ref _readers);
        }
        if ((events & (LibC.EPOLLOUT | LibC.EPOLLHUP | LibC.EPOLLERR)) != 0)
        {
            Interlocked.Increment(ref _writeEdges);
            unparked += Wake(ref _writers);
        }
        return unparked;
    }

    /// <summary>Wakes everybody, as at an edge of both directions.</summary>
    internal void SignalAll() => Signal(LibC.EPOLLHUP);

    private int Wake(ref object? place)
    {
        if (Volatile.Read(ref place) is null) return 0; // ordered after the increment: a full fence
        object? taken = Interlocked.Exchange(ref place, null);
        int unparked = 0;
        while (taken is Waiter waiter)
        {
            Wake(waiter.Thread);
            unparked++;
            taken = waiter.Next;
        }
        if (taken is null) return unparked;
        Wake((Continuation)taken);
        return unparked + 1;
    }

    private void Wake(Continuation thread)
    {
        Handle.DangerousRelease(); // before the thread can run: it may be the one that closes the socket next
        thread.Unpark();
    }

    // What remains of a place when one thread leaves; false if it is not there. Lists are immutable, so that a place can be
    // changed by comparing one reference.
    private static bool TryRemove(object waiters, Continuation thread, out object? rest)
    {
        rest = null;
        if (ReferenceEquals(waiters, thread)) return true;
        if (waiters is not Waiter first) return false;
        if (ReferenceEquals(first.Thread, thread))
        {
            rest = first.Next;
            return true;
        }
        if (!TryRemove(first.Next, thread, out object? tail)) return false;
        rest = tail is null ? first.Thread : new Waiter(first.Thread, tail);
        return true;
    }

    /// <summary>Several threads in one place: rare, so that only they pay for a list.</summary>
    /// <param name="thread">The thread that entered last.</param>
    /// <param name="next">Those before it: a Continuation or a Waiter.</param>
    private sealed class Waiter(Continuation thread, object next)
    {
        internal Continuation Thread { get; } = thread;

        internal object Next { get; } = next;
    }
}
