using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GreenThreads.Net;

// One epoll instance for the process. Each socket is added once, edge-triggered, for both directions, the first time that
// a green thread would block on it, and never removed: closing it removes it. An event carries the descriptor's number and
// the generation of its registration, so that an event which was fetched before the number was closed and reused finds a
// descriptor of another generation and is dropped.
//
// Interrupt: an eventfd, level-triggered, so that a Poll(0) of a busy carrier which happens to see it does not take it
// away from the carrier that blocks; only a Poll that was prepared to block resets it.
//
//   Interrupt                                 Poll (blocking)
//   1. _interrupted 0 -> 1, else done         1. epoll_wait returns the eventfd's event
//   2. write the eventfd                      2. read the eventfd
//                                             3. _interrupted = 0
// Between 2 and 3 an Interrupt does nothing: this Poll is about to return anyway, after the caller's request was made.

/// <summary>The poller on Linux.</summary>
internal sealed unsafe class EpollPoller : Poller
{
    private const int MaxEventsPerPoll = 128;
    private const ulong InterruptKey = ulong.MaxValue;

    // struct epoll_event is packed on x86 and naturally aligned elsewhere.
    private static readonly int s_keyOffset =
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;

    private static readonly int s_eventBytes = s_keyOffset + sizeof(ulong);

    private readonly int _epoll; // immutable; open for the life of the process
    private readonly int _event; // immutable; open for the life of the process

    private int _interrupted; // 1 from the first Interrupt until a blocking Poll has seen it; written with Interlocked

    private EpollPoller(int epoll, int eventDescriptor)
    {
        _epoll = epoll;
        _event = eventDescriptor;
    }

    /// <summary>Opens the poller, or returns null where the system refuses (no epoll, no descriptors left).</summary>
    internal static EpollPoller? TryOpen()
    {
        int epoll = LibC.EpollCreate(LibC.CloseOnExec);
        if (epoll < 0) return null;
        int eventDescriptor = LibC.EventDescriptor(0, LibC.CloseOnExec | LibC.NonBlocking);
        if (eventDescriptor >= 0)
        {
            var poller = new EpollPoller(epoll, eventDescriptor);
            if (poller.Control(LibC.EPOLL_CTL_ADD, eventDescriptor, LibC.EPOLLIN, InterruptKey) == 0) return poller;
            _ = LibC.Close(eventDescriptor);
        }
        _ = LibC.Close(epoll);
        return null;
    }

    internal override int Watch(SocketDescriptor descriptor)
    {
        const uint Edges = LibC.EPOLLIN | LibC.EPOLLOUT | LibC.EPOLLRDHUP | LibC.EPOLLET;
        ulong key = (uint)descriptor.Number | ((ulong)(uint)descriptor.Generation << 32);
        int error = Control(LibC.EPOLL_CTL_ADD, descriptor.Number, Edges, key);

        // the same open socket, whose former owner was closed without closing it (it did not own it)
        return error == LibC.EEXIST ? Control(LibC.EPOLL_CTL_MOD, descriptor.Number, Edges, key) : error;
    }

    internal override int Poll(int timeoutMs)
    {
        byte* events = stackalloc byte[MaxEventsPerPoll * 16];
        int unparked = 0;
        for (;;)
        {
            int count = LibC.EpollWait(_epoll, events, MaxEventsPerPoll, timeoutMs);
            for (int i = 0; i < count; i++)
            {
                byte* item = events + i * s_eventBytes;
                ulong key = Unsafe.ReadUnaligned<ulong>(item + s_keyOffset);
                if (key == InterruptKey)
                {
                    if (timeoutMs != 0) EndInterrupt();
                    continue;
                }
                SocketDescriptor? descriptor = SocketDescriptors.Find((int)(uint)key);
                if (descriptor is not null && descriptor.Generation == (int)(key >> 32))
                {
                    unparked += descriptor.Signal(Unsafe.ReadUnaligned<uint>(item));
                }
            }
            // a full batch: the rest is fetched now, so that a long list of ready descriptors cannot starve its tail
            if (count < MaxEventsPerPoll) return unparked;
            timeoutMs = 0;
        }
    }

    internal override void Interrupt()
    {
        if (Interlocked.Exchange(ref _interrupted, 1) != 0) return;
        ulong one = 1;
        _ = LibC.Write(_event, &one, sizeof(ulong)); // cannot fail: the counter is far from full
    }

    private void EndInterrupt()
    {
        ulong count;
        _ = LibC.Read(_event, &count, sizeof(ulong));
        Interlocked.Exchange(ref _interrupted, 0);
    }

    private int Control(int operation, int descriptor, uint events, ulong key)
    {
        byte* item = stackalloc byte[16];
        Unsafe.WriteUnaligned(item, events);
        Unsafe.WriteUnaligned(item + s_keyOffset, key);
        return LibC.EpollControl(_epoll, operation, descriptor, item) == 0 ? 0 : LibC.LastError;
    }
}
