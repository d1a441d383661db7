namespace KeyValueServer.Protocol;

/// <summary>What came is not the protocol: the client is told, and the connection closed.</summary>
/// <param name="problem">As Redis says it.</param>
internal sealed class ProtocolException(string problem) : Exception(problem);
