namespace HttpServer.Http;

/// <summary>A request that cannot be served: answered with a status, then the connection is closed.</summary>
/// <param name="status">The status.</param>
/// <param name="problem">What is wrong, for the client.</param>
internal sealed class HttpFailure(int status, string problem) : Exception(problem)
{
    /// <summary>The status to answer with.</summary>
    internal int Status { get; } = status;
}
