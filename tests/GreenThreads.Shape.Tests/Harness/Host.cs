using GreenThreads.Shape.Tests.Types;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GreenThreads.Shape.Tests.Harness;

/// <summary>A web application in this process, on a loopback port, with the controllers of this copy of the assembly; each request is a green thread.</summary>
public sealed class Host : IDisposable
{
    private readonly WebApplication _application;

    public Host()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IStore, Store>();
        builder.Services.AddSignalR(o => o.EnableDetailedErrors = true);
        builder.Services.AddControllers().ConfigureApplicationPartManager(parts =>
        {
            parts.ApplicationParts.Clear();
            parts.ApplicationParts.Add(new AssemblyPart(typeof(OrdersController).Assembly));
        });
        builder.Services.AddRouting();
        _application = builder.Build();
        _application.Use((context, next) => GreenThread.Start(() => Handle(context, next)).AsTask());
        _application.MapControllers();
        _application.MapHub<ChatHub>("/chat");
        _application.MapGet("/minimal/{id}", (int id, IStore store, string q = "none") => Slow.Id($"{store.Name} {id} {q}"));
        GreenThread.Await(_application.StartAsync());
        // Starting and stopping may both be complete at once; a case that counts on a suspension has this one for certain.
        Thread.Sleep(1);
        Address = new Uri(_application.Urls.Single());
    }

    public Uri Address { get; }

    public IServiceProvider Services => _application.Services;

    public void Dispose()
    {
        GreenThread.Await(_application.StopAsync());
        GreenThread.Await(_application.DisposeAsync());
    }

    private static void Handle(HttpContext context, RequestDelegate next)
    {
        try
        {
            GreenThread.Await(next(context));
        }
        catch (InvalidOperationException e)
        {
            context.Response.StatusCode = 500;
            GreenThread.Await(context.Response.WriteAsync(Slow.Id(e.Message)));
        }
    }
}
