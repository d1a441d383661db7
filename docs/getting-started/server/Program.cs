using System.Net;
using System.Net.Sockets;

// A server as they are written: one thread for each connection, which reads a line and answers it.
//   dotnet run -c Release                 serves on port 7000
//   dotnet run -c Release -- 5000         serves, opens 5,000 connections to itself, and says what that takes

var listener = new TcpListener(IPAddress.Loopback, args.Length == 0 ? 7000 : 0);
listener.Start(backlog: 1024);
if (args.Length > 0) new Thread(() => Environment.Exit(Load.Run((IPEndPoint)listener.LocalEndpoint, int.Parse(args[0])))).Start();

while (true)
{
    TcpClient client = listener.AcceptTcpClient();
    new Thread(() => Serve(client)).Start();
}

static void Serve(TcpClient client)
{
    using (client)
    {
        using var reader = new StreamReader(client.GetStream());
        using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
        while (reader.ReadLine() is { } line)
        {
            Thread.Sleep(10);       // the work of a request: a database that takes its time
            writer.WriteLine($"{line.ToUpperInvariant()}");
        }
    }
}
