namespace HttpServer.Http;

/// <summary>What stands in the status line.</summary>
internal static class StatusText
{
    /// <summary>Number and reason.</summary>
    internal static ReadOnlySpan<byte> Of(int status) => status switch
    {
        200 => "200 OK"u8,
        201 => "201 Created"u8,
        204 => "204 No Content"u8,
        301 => "301 Moved Permanently"u8,
        302 => "302 Found"u8,
        304 => "304 Not Modified"u8,
        400 => "400 Bad Request"u8,
        404 => "404 Not Found"u8,
        405 => "405 Method Not Allowed"u8,
        408 => "408 Request Timeout"u8,
        413 => "413 Content Too Large"u8,
        414 => "414 URI Too Long"u8,
        417 => "417 Expectation Failed"u8,
        431 => "431 Request Header Fields Too Large"u8,
        500 => "500 Internal Server Error"u8,
        501 => "501 Not Implemented"u8,
        503 => "503 Service Unavailable"u8,
        505 => "505 HTTP Version Not Supported"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "This server has no text for that status: add it to StatusText."),
    };
}
