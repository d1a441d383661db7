namespace Incident.Load;

/// <summary>
/// Hands out the loop-back addresses that connections start from. A pair of addresses and a server port has only as many
/// connections as there are ephemeral ports (28,231 by default), so that each address is used for a part of them.
/// </summary>
internal sealed class SourceAddresses
{
    private const uint First = (127u << 24) + 2; // 127.0.0.2
    private const int MostAddresses = 200;

    private readonly int _connectionsEach;
    private int _index;
    private int _used;

    /// <summary>Reads the range of ephemeral ports.</summary>
    internal SourceAddresses()
    {
        int ports = 28_000;
        try
        {
            string[] range = File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            ports = int.Parse(range[1]) - int.Parse(range[0]) + 1;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // the kernel's default stands
        }
        // connect looks at every second port first; when those are taken each further connect searches through all of them
        _connectionsEach = Math.Max(1, ports * 2 / 5);
    }

    /// <summary>The address for the next connection, as a number in host order.</summary>
    internal uint Next()
    {
        if (_used++ >= _connectionsEach) TryAdvance();
        return First + (uint)_index;
    }

    /// <summary>Goes on to the next address, because the ports of this one are taken.</summary>
    /// <returns>False when there are no more addresses.</returns>
    internal bool TryAdvance()
    {
        _used = 1;
        if (_index + 1 >= MostAddresses) return false;
        _index++;
        return true;
    }
}
