using System.Net.Sockets;

namespace GreenThreads.Tests.Net;

/// <summary>What a call came to, as its caller sees it.</summary>
/// <param name="Value">What it returned.</param>
/// <param name="Exception">The type of what it threw.</param>
/// <param name="Error">The error code in it.</param>
/// <param name="Inner">The type of the exception inside.</param>
/// <param name="Message">Its text.</param>
internal sealed record Outcome(object? Value, Type? Exception = null, SocketError? Error = null, Type? Inner = null, string? Message = null)
{
    internal static Outcome Of(Func<object?> call)
    {
        try
        {
            return new Outcome(call());
        }
        catch (Exception exception) when (exception is not ThreadInterruptedException)
        {
            SocketError? error = (exception as SocketException ?? exception.InnerException as SocketException)?.SocketErrorCode;
            return new Outcome(null, exception.GetType(), error, exception.InnerException?.GetType(), exception.Message);
        }
    }
}
