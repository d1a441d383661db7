using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

class Program
{
    static void Main(string[] args)
    {
        var statistics = new Thread(PrintStatistics);
        statistics.IsBackground = true;
        statistics.Start();
        var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
        listener.Start();
        while (true)
        {
            using (TcpClient client = listener.AcceptTcpClient()) Serve(client);
        }
    }

    static void PrintStatistics()
    {
        while (true)
        {
            Thread.Sleep(1000);
            Console.WriteLine(GC.GetTotalMemory(false));
        }
    }

    static void Serve(TcpClient client)
    {
        var reader = new StreamReader(client.GetStream());
        var writer = new StreamWriter(client.GetStream());
        writer.WriteLine(reader.ReadLine());
        writer.Flush();
    }
}
