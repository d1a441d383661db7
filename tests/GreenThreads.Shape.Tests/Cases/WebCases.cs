using System.Net.Http.Json;
using GreenThreads.Shape.Tests.Harness;
using GreenThreads.Shape.Tests.Types;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace GreenThreads.Shape.Tests.Cases;

/// <summary>MVC, which makes an action of each public method of a controller, and SignalR, which lets clients call those of a hub.</summary>
public static class WebCases
{
    [ShapeCase(Waits.Suspend)]
    public static string Actions_are_discovered_as_written()
    {
        var report = new Report();
        using var host = new Host();
        foreach (ControllerActionDescriptor action in host.Services.GetRequiredService<IActionDescriptorCollectionProvider>().ActionDescriptors.Items.OfType<ControllerActionDescriptor>())
        {
            report.Add($"{action.ControllerName}.{action.ActionName} {action.MethodInfo} {action.AttributeRouteInfo?.Template}");
            report.AddAll(action.Parameters.Select(p => $"  {p.Name} {p.ParameterType} {p.BindingInfo?.BindingSource?.Id}"));
            report.AddAll(action.FilterDescriptors.Select(f => $"  {f.Filter.GetType().Name} {f.Order}"));
        }
        return report.ToString();
    }

    [ShapeCase(Waits.SuspendAndPin)]
    public static string Requests_run_actions_that_wait()
    {
        var report = new Report();
        using var host = new Host();
        using var client = new HttpClient { BaseAddress = host.Address };
        foreach (string path in new[] { "orders/4", "orders/4?q=few", "orders/0", "orders/inherited", "orders/Helper", "orders/later/text", "orders/async", "orders/fails", "minimal/3?q=m", "minimal/x" })
        {
            using HttpResponseMessage response = client.Send(new HttpRequestMessage(HttpMethod.Get, path));
            string text = response.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.BadRequest ? "" : GreenThread.Await(response.Content.ReadAsStringAsync());
            report.Add($"{path}: {(int)response.StatusCode} {text}");
        }
        foreach (string? text in new[] { "long enough", "x", null })
        {
            using HttpResponseMessage response = GreenThread.Await(client.PostAsJsonAsync("orders", new { text }));
            response.Headers.TryGetValues("after", out IEnumerable<string>? stamps);
            report.Add($"{text}: {(int)response.StatusCode} {string.Join(",", stamps ?? [])} {GreenThread.Await(response.Content.ReadAsStringAsync()).Split("traceId")[0]}");
        }
        return report.ToString();
    }

    [ShapeCase(Waits.SuspendAndPin)]
    public static string Hub_methods_are_called_by_a_client()
    {
        var report = new Report();
        using var host = new Host();
        HubConnection connection = new HubConnectionBuilder().WithUrl(new Uri(host.Address, "chat")).Build();
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.On<string>(nameof(IListener.Heard), heard.SetResult);
        GreenThread.Await(connection.StartAsync());
        report.Add(GreenThread.Await(connection.InvokeAsync<string>(nameof(ChatHub.Say), "hello")));
        report.Add(GreenThread.Await(connection.InvokeAsync<int>(nameof(ChatHub.Add), 2, 3)));
        report.Add(GreenThread.Await(connection.InvokeAsync<string>(nameof(ChatHub.Blocks), "blocked")));
        GreenThread.Await(connection.InvokeAsync(nameof(ChatHub.Tell), "told"));
        report.Add(GreenThread.Await(heard.Task));
        report.AddAll(GreenThread.Await(connection.InvokeAsync<string[]>(nameof(ChatHub.Split), "a b c")));
        report.Add(GreenThread.Await(connection.InvokeAsync<string>("renamed")));
        foreach (string name in new[] { nameof(ChatHub.Original), nameof(ChatHub.OnConnectedAsync), "Body", "<Say>b__0" })
            report.Try(() => GreenThread.Await(connection.InvokeAsync<string>(name)));
        GreenThread.Await(connection.DisposeAsync());
        return report.ToString();
    }
}
