// protocol: lines
using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace App
{
    internal static class Threads
    {
        public static void StartBackground(string name, Action body)
        {
            var thread = new Thread(() => body()) // GT2001
            {
                Name = name,
                IsBackground = true,
            };
            thread.Start();
        }
    }

    internal class Program
    {
        private static int s_count;

        private static void Main(string[] args)
        {
            var listener = new TcpListener(IPAddress.Loopback, int.Parse(args[0]));
            listener.Start(8192);
            Console.WriteLine("ready");
            while (true) Dispatch(Next(listener));
        }

        private static TcpClient Next(TcpListener listener) => listener.AcceptTcpClient();

        private static void Dispatch(TcpClient client)
        {
            int number = ++s_count;
            Threads.StartBackground("client-" + number, delegate { Serve(client); });
        }

        private static void Serve(TcpClient client)
        {
            using (client)
            using (var reader = new StreamReader(client.GetStream()))
            using (var writer = new StreamWriter(client.GetStream()))
            {
                string line;
                while ((line = reader.ReadLine()) != null)
                {
                    writer.WriteLine(line);
                    writer.Flush();
                }
            }
        }
    }
}
