using System.ComponentModel.DataAnnotations;
using GreenThreads.Shape.Tests.Harness;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.SignalR;

namespace GreenThreads.Shape.Tests.Types;

/// <summary>A base class with an action and with methods that are none.</summary>
public abstract class WaitingController : ControllerBase
{
    [HttpGet("inherited")]
    public virtual string Inherited() => Slow.Id("inherited");

    [NonAction]
    public string Helper() => Slow.Id("helped");

    protected string Hidden() => Slow.Id("hidden");
}

/// <summary>Actions that wait, in every form that MVC knows.</summary>
[ApiController]
[Route("orders")]
public class OrdersController(IStore store) : WaitingController
{
    [HttpGet("{id:int}")]
    public ActionResult<string> Get(int id, [FromQuery(Name = "q")] string filter = "all", [FromServices] IServiceProvider? services = null) =>
        id == 0 ? NotFound() : Slow.Id($"{store.Name} {id} {filter} {services is null}");

    [HttpPost]
    [StampFilter("posted")]
    public IActionResult Post([FromBody] OrderInput input) => Ok(new { input.Text, Length = Slow.Id(input.Text!.Length) });

    [HttpGet("later/{text}")]
    public Task<string> Later(string text) => GreenThread.Start(() => Slow.Id(text) + Helper()).AsTask();

    [HttpGet("async")]
    public async Task<string> Async()
    {
        await Task.Yield();
        return await GreenThread.Start(() => Slow.Id("after a wait"));
    }

    [HttpGet("fails")]
    public string Fails()
    {
        Slow.Wait();
        throw new InvalidOperationException("thrown by an action");
    }

    public override string Inherited() => Slow.Id("overridden ") + base.Inherited() + Hidden();
}

/// <summary>What is posted.</summary>
public sealed class OrderInput
{
    [Required, MinLength(2)]
    public string? Text { get; set; }
}

/// <summary>A filter that waits before and after the action.</summary>
public sealed class StampFilterAttribute(string text) : ActionFilterAttribute
{
    public override void OnActionExecuting(ActionExecutingContext context) => context.HttpContext.Response.Headers["before"] = Slow.Id(text);

    public override void OnActionExecuted(ActionExecutedContext context) => context.HttpContext.Response.Headers["after"] = Slow.Id(text);
}

/// <summary>What a hub calls.</summary>
public interface IListener
{
    Task Heard(string text);
}

/// <summary>Every public method of a hub can be called by clients; a name may occur only once.</summary>
public class ChatHub(IStore store) : Hub<IListener>
{
    public string Say(string text) => GreenThread.Run(() => Slow.Id($"{store.Name} hears {text}"));

    public Task<int> Add(int a, int b) => GreenThread.Start(() => Slow.Id(a) + Slow.Id(b)).AsTask();

    public string Blocks(string text) => Slow.Id(text);

    public Task Tell(string text) => Clients.Caller.Heard(Slow.Id(text));

    public IEnumerable<string> Split(string text)
    {
        foreach (string part in text.Split(' ')) yield return Slow.Id(part);
    }

    [HubMethodName("renamed")]
    public string Original() => Slow.Id("renamed");

    public override Task OnConnectedAsync()
    {
        Slow.Wait();
        return base.OnConnectedAsync();
    }
}
