using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;

// A client: one connection, one thread that reads from it while the main one writes.
class Program
{
    static void Main(string[] args)
    {
        using (var client = new TcpClient(args[0], int.Parse(args[1])))
        {
            var reader = new Thread(() => Receive(client));
            reader.IsBackground = true;
            reader.Start();
            var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
            string line;
            while ((line = Console.ReadLine()) != null) writer.WriteLine(line);
        }
    }

    static void Receive(TcpClient client)
    {
        var reader = new StreamReader(client.GetStream());
        string line;
        while ((line = reader.ReadLine()) != null) Console.WriteLine(line);
    }
}
