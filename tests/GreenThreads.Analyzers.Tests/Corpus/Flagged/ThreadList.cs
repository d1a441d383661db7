// protocol: lines
using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

class Program
{
    static readonly List<Thread> s_threads = new List<Thread>();
    static volatile bool s_stopping = false;

    static void Main(string[] args)
    {
        TcpListener listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
        listener.Start(8192);
        Console.WriteLine("ready");
        while (!s_stopping)
        {
            TcpClient client = listener.AcceptTcpClient();
            Thread thread = new Thread(() => Serve(client)); // GT2001
            s_threads.Add(thread);
            thread.Start();
        }
        foreach (Thread thread in s_threads)
        {
            thread.Join();
        }
    }

    static void Serve(TcpClient client)
    {
        using (client)
        {
            var reader = new StreamReader(client.GetStream());
            var writer = new StreamWriter(client.GetStream()) { AutoFlush = true };
            string line;
            while ((line = reader.ReadLine()) != null) writer.WriteLine(line);
        }
    }
}
