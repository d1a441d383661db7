using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;

// Two sensors, each with a thread of its own, made at the start; commands arrive over a socket.
sealed class Sensor
{
    private Thread _thread;
    private int _interval = 1000;

    public string Name { get; init; }

    public void Enable(int interval)
    {
        _interval = interval;
        if (_thread != null) return;
        _thread = new Thread(Measure) { IsBackground = true, Name = Name };
        _thread.Start();
    }

    private void Measure()
    {
        while (true)
        {
            Console.WriteLine($"{Name}: {Random.Shared.NextDouble()}");
            Thread.Sleep(_interval);
        }
    }
}

static class Program
{
    private static readonly Dictionary<string, Sensor> s_sensors = new()
    {
        ["temperature"] = new Sensor { Name = "temperature" },
        ["pressure"] = new Sensor { Name = "pressure" },
    };

    private static void Main(string[] args)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(args[0])));
        byte[] buffer = new byte[64];
        while (true)
        {
            int count = socket.Receive(buffer);
            string name = System.Text.Encoding.ASCII.GetString(buffer, 0, count).Trim();
            if (s_sensors.TryGetValue(name, out Sensor sensor)) sensor.Enable(500);
        }
    }
}
