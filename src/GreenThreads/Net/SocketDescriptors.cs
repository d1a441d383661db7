using System.Net.Sockets;

namespace GreenThreads.Net;

// The descriptors of all sockets that green threads have waited for, indexed by their number: finding one is an index and
// a comparison. An entry is believed only for the handle that it was made for: the number of a socket that was closed
// behind our back may belong to another one by now. Woven code drops the entry of a socket that it closes; that of any
// other stays until its number comes again, so the table never holds more entries than the process had descriptors. It
// does not keep a forgotten socket open: the finalizer of Socket disposes the handle.

/// <summary>From a socket's handle, or an event of the poller, to the descriptor.</summary>
internal static class SocketDescriptors
{
    private const int InitialCapacity = 1024;

    private static readonly Lock s_gate = new();

    // Replaced by a longer one under s_gate; entries are written under s_gate, read by anyone (volatile).
    private static SocketDescriptor?[] s_table = new SocketDescriptor?[InitialCapacity];

    private static int s_generation; // guarded by s_gate

    /// <summary>The descriptor registered last under a number.</summary>
    internal static SocketDescriptor? Find(int number)
    {
        SocketDescriptor?[] table = Volatile.Read(ref s_table);
        return (uint)number < (uint)table.Length ? Volatile.Read(ref table[number]) : null;
    }

    /// <summary>The descriptor of a handle; null if it was never registered.</summary>
    internal static SocketDescriptor? Find(SafeSocketHandle handle)
    {
        SocketDescriptor? descriptor = Find((int)handle.DangerousGetHandle());
        return descriptor is not null && ReferenceEquals(descriptor.Handle, handle) ? descriptor : null;
    }

    /// <summary>Registers a handle that has none yet.</summary>
    /// <param name="handle">The handle; held open by the caller.</param>
    /// <param name="poller">The poller.</param>
    /// <param name="descriptor">The descriptor; null if <paramref name="error"/> is not 0.</param>
    /// <param name="error">Why the system refused, or <see cref="LibC.EEXIST"/> where another living handle has the same number.</param>
    internal static void Register(SafeSocketHandle handle, Poller poller, out SocketDescriptor? descriptor, out int error)
    {
        lock (s_gate)
        {
            error = 0;
            descriptor = Find(handle);
            if (descriptor is not null) return;
            int number = (int)handle.DangerousGetHandle();
            SocketDescriptor? former = Find(number);
            if (former is not null && !former.Handle.IsClosed)
            {
                error = LibC.EEXIST;
                return;
            }
            var made = new SocketDescriptor(handle, number, ++s_generation);
            Store(number, made); // before its first event can come
            former?.SignalAll();
            error = poller.Watch(made);
            if (error == 0) descriptor = made;
            else Store(number, null);
        }
    }

    /// <summary>Drops the descriptor of a handle that has been closed.</summary>
    internal static void Forget(SafeSocketHandle handle)
    {
        if (Find(handle) is null) return;
        lock (s_gate)
        {
            if (Find(handle) is { } descriptor) Store(descriptor.Number, null);
        }
    }

    /// <summary>How many sockets are registered and not closed.</summary>
    internal static int CountOpen()
    {
        int count = 0;
        foreach (SocketDescriptor? descriptor in Volatile.Read(ref s_table))
        {
            if (descriptor is { Handle.IsClosed: false }) count++;
        }
        return count;
    }

    private static void Store(int number, SocketDescriptor? descriptor)
    {
        SocketDescriptor?[] table = s_table;
        if (number >= table.Length)
        {
            Array.Resize(ref table, Math.Max(number + 1, table.Length * 2));
            Volatile.Write(ref s_table, table);
        }
        Volatile.Write(ref table[number], descriptor);
    }
}
