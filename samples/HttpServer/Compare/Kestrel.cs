using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace HttpServer.Compare;

/// <summary>The other side: Kestrel with a minimal API, as quick as it is without code of one's own (no logging).</summary>
internal static class Kestrel
{
    /// <summary>Serves until the program is ended.</summary>
    /// <returns>The exit code.</returns>
    internal static int Run()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.MapGet("/plaintext", () => "Hello, World!");
        app.StartAsync().GetAwaiter().GetResult();
        Console.WriteLine($"Kestrel listens on {new Uri(app.Urls.First()).Authority}");
        while (Console.In.ReadLine() is not null) { }
        return 0;
    }
}
