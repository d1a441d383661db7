namespace GreenThreads.Net;

/// <summary>How a socket operation tells its caller that it failed.</summary>
internal enum SocketFailure : byte
{
    /// <summary>By a <see cref="System.Net.Sockets.SocketException"/>, as the members of Socket do.</summary>
    Throw,

    /// <summary>By a negative <see cref="SocketResult"/>, for the members with an error parameter.</summary>
    Return,

    /// <summary>By an <see cref="IOException"/> around it, as the members of NetworkStream do.</summary>
    ThrowFromStream,
}
