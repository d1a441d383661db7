// protocol: unix
using System.IO;
using System.Net.Sockets;

string path = args[0];
File.Delete(path);
using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
server.Bind(new UnixDomainSocketEndPoint(path));
server.Listen(8192);
Console.WriteLine("ready");
while (true)
{
    var connection = server.Accept();
    new Thread(Serve) { IsBackground = true }.Start(connection); // GT2001
}

static void Serve(object? state)
{
    using var connection = (Socket)state!;
    using var stream = new NetworkStream(connection);
    using var reader = new StreamReader(stream);
    using var writer = new StreamWriter(stream) { AutoFlush = true, NewLine = "\n" };
    while (reader.ReadLine() is string line) writer.WriteLine(line);
}
