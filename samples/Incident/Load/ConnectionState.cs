namespace Incident.Load;

//   Unused  -> Connecting        // connect started
//   Connecting -> Waiting        // connected, a message is sent
//   Waiting -> Idle              // the whole echo is back
//   Idle    -> Waiting           // the next message is sent
//   Connecting, Waiting, Idle -> Lost // refused, reset, closed by the server, or a wrong echo

/// <summary>What a connection of the load process does.</summary>
internal enum ConnectionState : byte
{
    /// <summary>Not opened.</summary>
    Unused,

    /// <summary>The kernel is connecting.</summary>
    Connecting,

    /// <summary>A message is out, its echo not yet back.</summary>
    Waiting,

    /// <summary>Open, nothing under way.</summary>
    Idle,

    /// <summary>Gone; its descriptor is closed.</summary>
    Lost,
}
