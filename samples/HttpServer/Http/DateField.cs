using System.Text;

namespace HttpServer.Http;

/// <summary>The end of every head: the Date, made once a second, the name of the server, and the empty line.</summary>
internal static class DateField
{
    // Immutable; replaced by whoever finds it old (volatile).
    private static Made s_made = new(0, []);

    /// <summary>The bytes.</summary>
    internal static byte[] Now()
    {
        Made made = Volatile.Read(ref s_made);
        long second = Environment.TickCount64 / 1000;
        if (made.Second == second) return made.Bytes;
        made = new Made(second, Encoding.ASCII.GetBytes($"\r\nDate: {DateTime.UtcNow:R}\r\nServer: GreenThreads\r\n\r\n"));
        Volatile.Write(ref s_made, made);
        return made.Bytes;
    }

    private sealed record Made(long Second, byte[] Bytes);
}
