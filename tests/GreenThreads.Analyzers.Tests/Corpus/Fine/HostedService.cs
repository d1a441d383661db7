using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

public interface IService
{
    Task StartAsync(CancellationToken cancellationToken);

    Task StopAsync(CancellationToken cancellationToken);
}

public sealed class ListenerService : IService
{
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loop = Task.Run(() => Loop(_stop.Token), cancellationToken);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Cancel();
        await _loop;
    }

    private static void Loop(CancellationToken stop)
    {
        var listener = new TcpListener(IPAddress.Loopback, 7000);
        listener.Start();
        while (!stop.IsCancellationRequested)
        {
            if (!listener.Pending())
            {
                Thread.Sleep(10);
                continue;
            }
            using TcpClient client = listener.AcceptTcpClient();
            client.GetStream().WriteByte(1);
        }
    }
}

public static class Program
{
    public static async Task Main()
    {
        IService service = new ListenerService();
        await service.StartAsync(default);
        Console.ReadLine();
        await service.StopAsync(default);
    }
}
