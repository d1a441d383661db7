namespace HttpServer.Http;

/// <summary>What a client may ask for, and how slowly.</summary>
internal sealed record HttpLimits
{
    /// <summary>Bytes of a request line; 414 beyond.</summary>
    internal int RequestLineBytes { get; init; } = 8 << 10;

    /// <summary>Bytes of request line and header fields; 431 beyond.</summary>
    internal int HeadBytes { get; init; } = 32 << 10;

    /// <summary>Header fields; 431 beyond.</summary>
    internal int HeaderFields { get; init; } = 100;

    /// <summary>Bytes of a body; 413 beyond.</summary>
    internal long BodyBytes { get; init; } = 30 << 20;

    /// <summary>How long a connection may lie idle between requests; closed without a word beyond.</summary>
    internal TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How long a head may take from its first byte to its last; 408 beyond.</summary>
    internal TimeSpan Head { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time that a body may take in any case; with <see cref="BodyBytesPerSecond"/>, 408 beyond.</summary>
    internal TimeSpan BodyGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many bytes of a body must come in a second, on the average, after the grace.</summary>
    internal int BodyBytesPerSecond { get; init; } = 240;

    /// <summary>How long one send may wait for a client that does not read.</summary>
    internal TimeSpan Send { get; init; } = TimeSpan.FromSeconds(30);
}
