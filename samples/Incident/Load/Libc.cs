using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Incident.Load;

/// <summary>
/// The system calls of the load process. It shares two cores with the server that it measures, so it goes to the kernel
/// directly: one thread, one poll loop, two calls per round trip.
/// </summary>
internal static unsafe partial class Libc
{
    internal const int InternetStream = 1 | 0x800 | 0x80000; // SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC
    internal const uint Readable = 0x1, Writable = 0x4; // EPOLLIN, EPOLLOUT
    internal const int Add = 1, Modify = 3; // EPOLL_CTL_*

    internal const int Again = 11, InterruptedCall = 4, InProgress = 115, AddressInUse = 98, AddressNotAvailable = 99;

    private const int Internet = 2; // AF_INET
    private const int InternetLevel = 0, BindWithoutPort = 24; // IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT
    private const int TcpLevel = 6, NoDelay = 1;
    private const int SocketLevel = 1, Linger = 13, SocketError = 4;
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL

    // struct epoll_event is packed on x86-64 only.
    private static readonly int s_eventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int s_dataOffset = s_eventBytes - 8;

    /// <summary>A non-blocking socket bound to a source address, its port left to connect.</summary>
    /// <returns>The descriptor, or -1.</returns>
    internal static int OpenSocket(uint sourceAddress)
    {
        int descriptor = Socket(Internet, InternetStream, 0);
        if (descriptor < 0) return -1;
        int on = 1;
        SetOption(descriptor, InternetLevel, BindWithoutPort, &on, sizeof(int));
        SetOption(descriptor, TcpLevel, NoDelay, &on, sizeof(int));
        byte* address = stackalloc byte[16];
        WriteAddress(address, sourceAddress, 0);
        if (Bind(descriptor, address, 16) == 0) return descriptor;
        int error = Marshal.GetLastPInvokeError();
        CloseDescriptor(descriptor);
        Marshal.SetLastPInvokeError(error);
        return -1;
    }

    /// <summary>The error number of the last call of this class that failed on this thread.</summary>
    internal static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>Starts to connect.</summary>
    /// <returns>0 when connected, else the error number; <see cref="InProgress"/> is the normal one.</returns>
    internal static int ConnectTo(int descriptor, uint address, int port)
    {
        byte* raw = stackalloc byte[16];
        WriteAddress(raw, address, port);
        return Connect(descriptor, raw, 16) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>The error of a connect that has ended, 0 for none.</summary>
    internal static int PendingError(int descriptor)
    {
        int error = 0, length = sizeof(int);
        return GetOption(descriptor, SocketLevel, SocketError, &error, &length) == 0 ? error : Marshal.GetLastPInvokeError();
    }

    /// <summary>Sends; -1 with the error in <see cref="LastError"/>.</summary>
    internal static int SendBytes(int descriptor, byte* data, int count) => (int)Send(descriptor, data, count, NoSignal);

    /// <summary>Receives; 0 at the end of the stream, -1 with the error in <see cref="LastError"/>.</summary>
    internal static int ReceiveBytes(int descriptor, byte* data, int count) => (int)Receive(descriptor, data, count, 0);

    /// <summary>Closes with a reset, so that no port is left waiting for minutes.</summary>
    internal static void Abort(int descriptor)
    {
        long linger = 1; // struct linger { on = 1, seconds = 0 }
        SetOption(descriptor, SocketLevel, Linger, &linger, sizeof(long));
        CloseDescriptor(descriptor);
    }

    internal static int CreatePoll() => EpollCreate(0x80000);

    /// <summary>Sets what a descriptor is watched for and the number that its events carry.</summary>
    internal static bool Watch(int poll, int operation, int descriptor, uint events, int number)
    {
        byte* raw = stackalloc byte[16];
        *(uint*)raw = events;
        *(long*)(raw + s_dataOffset) = number;
        return EpollControl(poll, operation, descriptor, raw) == 0;
    }

    /// <summary>Waits for events into a buffer of 16 bytes for each.</summary>
    /// <returns>Their number; zero after the time or when interrupted.</returns>
    internal static int Wait(int poll, byte* events, int capacity, int timeoutMs) =>
        Math.Max(0, EpollWait(poll, events, capacity, timeoutMs));

    /// <summary>What happened, and the number of the descriptor.</summary>
    internal static (uint Events, int Number) EventAt(byte* events, int index)
    {
        byte* raw = events + index * s_eventBytes;
        return (*(uint*)raw, (int)*(long*)(raw + s_dataOffset));
    }

    private static void WriteAddress(byte* raw, uint address, int port)
    {
        *(ushort*)raw = Internet;
        *(ushort*)(raw + 2) = BinaryPrimitives.ReverseEndianness((ushort)port);
        *(uint*)(raw + 4) = BinaryPrimitives.ReverseEndianness(address);
        *(long*)(raw + 8) = 0;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(int descriptor, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int descriptor, byte* address, int length);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    private static partial int SetOption(int descriptor, int level, int option, void* value, int length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(int descriptor, int level, int option, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int descriptor, byte* data, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int descriptor, byte* data, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseDescriptor(int descriptor);

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int poll, int operation, int descriptor, byte* what);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    private static partial int EpollWait(int poll, byte* events, int capacity, int timeoutMs);
}
