// protocol: lines
using System.IO;
using System.Net;
using System.Net.Sockets;

var server = new LineServer(int.Parse(args[0]));
server.OnConnection = connection =>
{
    var t = new Thread(() => Handle(connection)); // GT2001
    t.IsBackground = true;
    t.Start();
};
server.Run();

static void Handle(TcpClient connection)
{
    using (connection)
    {
        using var reader = new StreamReader(connection.GetStream());
        using var writer = new StreamWriter(connection.GetStream()) { AutoFlush = true };
        string? line;
        while ((line = reader.ReadLine()) is not null) writer.WriteLine(line);
    }
}

class LineServer(int port)
{
    public Action<TcpClient>? OnConnection { get; set; }

    public void Run()
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(8192);
        Console.WriteLine("ready");
        do
        {
            TcpClient client = listener.AcceptTcpClient();
            OnConnection?.Invoke(client);
        }
        while (true);
    }
}
