using System.Runtime.InteropServices;

namespace GreenThreads.Net;

/// <summary>
/// The system calls of the poller and the socket operations, all blittable. Numbers are those of Linux, which are the same
/// on x64 and arm64.
/// </summary>
internal static unsafe partial class LibC
{
    internal const int EINTR = 4;
    internal const int EAGAIN = 11;
    internal const int EEXIST = 17;
    internal const int EINPROGRESS = 115;

    internal const int CloseOnExec = 0x80000;
    internal const int NonBlocking = 0x800;

    internal const int MSG_PEEK = 0x2;
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_NOSIGNAL = 0x4000;

    internal const short POLLIN = 1;
    internal const short POLLOUT = 4;

    internal const int F_GETFL = 3;
    internal const int F_SETFL = 4;

    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_MOD = 3;

    internal const uint EPOLLIN = 0x1;
    internal const uint EPOLLOUT = 0x4;
    internal const uint EPOLLERR = 0x8;
    internal const uint EPOLLHUP = 0x10;
    internal const uint EPOLLRDHUP = 0x2000;
    internal const uint EPOLLET = 0x8000_0000;

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }

    /// <summary>The error number of the system call that this thread has just made.</summary>
    internal static int LastError => Marshal.GetLastSystemError();

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    internal static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    internal static partial int EpollControl(int poller, int operation, int descriptor, byte* epollEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    internal static partial int EpollWait(int poller, byte* events, int maxEvents, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    internal static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    internal static partial nint Read(int descriptor, void* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write")]
    internal static partial nint Write(int descriptor, void* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "recv")]
    internal static partial nint Receive(int descriptor, void* buffer, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    internal static partial nint Send(int descriptor, void* buffer, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "connect")]
    internal static partial int Connect(int descriptor, byte* address, uint addressLength);

    // fcntl takes its last argument where a fixed parameter would be, on every Linux
    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);

    /// <summary>The flags set by <see cref="SetStatusFlags"/>; negative on failure.</summary>
    internal static int GetStatusFlags(int descriptor) => Control(descriptor, F_GETFL, 0);

    /// <summary>Sets <see cref="NonBlocking"/> and the like.</summary>
    internal static int SetStatusFlags(int descriptor, int flags) => Control(descriptor, F_SETFL, flags);

    [LibraryImport("libc", EntryPoint = "poll")]
    internal static partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMs);
}
