using System.Globalization;
using System.Text;
using HttpServer.Http;

namespace HttpServer;

/// <summary>What this sample serves. Plain code: it may sleep, lock, call databases; that costs no OS thread.</summary>
internal static class Site
{
    private static readonly byte[] s_allow = "Allow"u8.ToArray();
    private static readonly byte[] s_getAndHead = "GET, HEAD"u8.ToArray();
    private static readonly byte[] s_post = "POST"u8.ToArray();

    /// <summary>Serves a request.</summary>
    internal static void Serve(HttpRequest request, HttpResponse response)
    {
        ReadOnlySpan<byte> path = request.Path;
        response.ContentType = ContentTypes.Text;
        if (path.SequenceEqual("/plaintext"u8)) Plain(request, response);
        else if (path.SequenceEqual("/"u8)) Index(request, response);
        else if (path.SequenceEqual("/echo"u8)) Echo(request, response);
        else if (path.SequenceEqual("/sleep"u8)) Sleep(request, response);
        else if (path.SequenceEqual("/count"u8)) Count(request, response);
        else NotFound(response);
    }

    private static void Plain(HttpRequest request, HttpResponse response)
    {
        if (IsReading(request, response)) response.Write("Hello, World!"u8);
    }

    private static void Index(HttpRequest request, HttpResponse response)
    {
        if (!IsReading(request, response)) return;
        response.Write(
            "GET  /plaintext    Hello, World!\n"u8);
        response.Write("POST /echo         the body, as it comes\nGET  /sleep?ms=N   an answer after N milliseconds\nGET  /count?to=N   N lines, one each 100 ms\n"u8);
    }

    private static void Echo(HttpRequest request, HttpResponse response)
    {
        if (!request.Method.SequenceEqual("POST"u8))
        {
            response.Status = 405;
            response.AddField(s_allow, s_post);
            return;
        }
        response.ContentType = ContentTypes.Bytes;
        if (request.ContentLength is { } length) response.ContentLength = length;
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(4096);
        for (int count; (count = request.Body.Read(buffer)) > 0;) response.Write(buffer.AsSpan(0, count));
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
    }

    private static void Sleep(HttpRequest request, HttpResponse response)
    {
        if (!IsReading(request, response) || !TryNumber(request, response, "ms"u8, 60_000, out int milliseconds)) return;
        Thread.Sleep(milliseconds);
        response.Write("Slept.\n"u8);
    }

    private static void Count(HttpRequest request, HttpResponse response)
    {
        if (!IsReading(request, response) || !TryNumber(request, response, "to"u8, 1000, out int last)) return;
        for (int i = 1; i <= last; i++)
        {
            byte[] line = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{i}\n"));
            response.Write(line);
            response.Flush();
            if (i < last) Thread.Sleep(100);
        }
    }

    private static void NotFound(HttpResponse response)
    {
        response.Status = 404;
        response.Write("There is nothing here. See /.\n"u8);
    }

    private static bool IsReading(HttpRequest request, HttpResponse response)
    {
        if (request.Method.SequenceEqual("GET"u8) || request.IsHead) return true;
        response.Status = 405;
        response.AddField(s_allow, s_getAndHead);
        return false;
    }

    private static bool TryNumber(HttpRequest request, HttpResponse response, ReadOnlySpan<byte> name, int most, out int number)
    {
        ReadOnlySpan<byte> query = request.Query;
        if (query.StartsWith(name) && query.Length > name.Length && query[name.Length] == '='
            && System.Buffers.Text.Utf8Parser.TryParse(query[(name.Length + 1)..], out number, out int used)
            && used == query.Length - name.Length - 1 && number >= 0 && number <= most) return true;
        number = 0;
        response.Status = 400;
        response.Write(Encoding.ASCII.GetBytes($"?{Encoding.ASCII.GetString(name)}=N is wanted, N from 0 to {most}.\n"));
        return false;
    }
}
