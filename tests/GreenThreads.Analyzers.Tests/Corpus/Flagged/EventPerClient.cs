// protocol: lines
using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;

class ClientEventArgs : EventArgs
{
    public TcpClient Client;
}

class Acceptor
{
    public event EventHandler<ClientEventArgs> ClientConnected;

    public void Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start(8192);
        Console.WriteLine("ready");
        while (true)
        {
            var client = listener.AcceptTcpClient();
            if (ClientConnected != null) ClientConnected(this, new ClientEventArgs { Client = client });
        }
    }
}

class Program
{
    static void Main(string[] args)
    {
        var acceptor = new Acceptor();
        acceptor.ClientConnected += OnClientConnected;
        acceptor.Listen(int.Parse(args[0]));
    }

    static void OnClientConnected(object sender, ClientEventArgs e)
    {
        ParameterizedThreadStart start = Serve;
        Thread thread = new Thread(start); // GT2001
        thread.Start(e.Client);
    }

    static void Serve(object o)
    {
        using (TcpClient client = (TcpClient)o)
        {
            StreamReader reader = new StreamReader(client.GetStream());
            StreamWriter writer = new StreamWriter(client.GetStream());
            string line;
            while ((line = reader.ReadLine()) != null)
            {
                writer.WriteLine(line);
                writer.Flush();
            }
        }
    }
}
