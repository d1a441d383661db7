namespace GreenThreads.Weaver;

/// <summary>The weaver failed on a method, which is named by the message.</summary>
internal sealed class MethodWeaveException(string method, Exception cause) : Exception(method, cause);
