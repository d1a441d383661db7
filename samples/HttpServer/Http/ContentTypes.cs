namespace HttpServer.Http;

/// <summary>Types of bodies.</summary>
internal static class ContentTypes
{
    /// <summary>Text in UTF-8.</summary>
    internal static byte[] Text { get; } = "text/plain; charset=utf-8"u8.ToArray();

    /// <summary>JSON.</summary>
    internal static byte[] Json { get; } = "application/json; charset=utf-8"u8.ToArray();

    /// <summary>Any bytes.</summary>
    internal static byte[] Bytes { get; } = "application/octet-stream"u8.ToArray();
}
