using System.Collections.Concurrent;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using GreenThreads.Tests.Infrastructure;
using GreenThreads.Tests.Net;

namespace GreenThreads.Tests.Twins;

/// <summary>Protocols of the base library, spoken by blocking code on green threads.</summary>
public class NetworkCoverageTests
{
    [Fact]
    public void Both_sides_of_TLS()
    {
        const int Connections = 100;
        using X509Certificate2 certificate = NewCertificate();
        TcpPair[] pairs = [.. Enumerable.Range(0, Connections).Select(_ => new TcpPair())];
        Crowd.Run(
            i =>
            {
                if (i % 2 == 0)
                {
                    using var server = new SslStream(new NetworkStream(pairs[i / 2].There, ownsSocket: true));
                    server.AuthenticateAsServer(certificate, clientCertificateRequired: false, SslProtocols.Tls13, checkCertificateRevocation: false);
                    byte[] buffer = new byte[64];
                    for (int count; (count = server.Read(buffer, 0, buffer.Length)) > 0;) server.Write(buffer.AsSpan(0, count));
                    return;
                }
                using var client = new SslStream(new NetworkStream(pairs[i / 2].Here, ownsSocket: true), leaveInnerStreamOpen: false, (_, _, _, _) => true);
                client.AuthenticateAsClient("localhost");
                for (int round = 0; round < 3; round++)
                {
                    byte[] sent = Encoding.UTF8.GetBytes($"{i} {round}");
                    client.Write(sent);
                    byte[] received = new byte[sent.Length];
                    client.ReadExactly(received);
                    Assert.Equal(sent, received);
                }
            },
            size: 2 * Connections);
        foreach (TcpPair pair in pairs) pair.Dispose();
    }

    [Fact]
    public void Http_clients_and_listeners()
    {
        const int Requests = 200;
        using HttpListener listener = Listen(out string address);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 100 });
        GreenThread acceptor = GreenThread.Start(() =>
        {
            for (int i = 0; i < 2 * Requests; i++)
            {
                HttpListenerContext context = listener.GetContext();
                GreenThread.Start(() =>
                {
                    using var reader = new StreamReader(context.Request.InputStream);
                    string text = reader.ReadToEnd();
                    GreenThread.Sleep(2);
                    using var writer = new StreamWriter(context.Response.OutputStream);
                    writer.Write($"{context.Request.Url!.AbsolutePath}{text}");
                });
            }
        });
        Crowd.Run(
            i =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"{address}{i}") { Content = new StringContent("!") };
                using HttpResponseMessage response = client.Send(request);
                using var reader = new StreamReader(response.Content.ReadAsStream());
                Assert.Equal($"/{i}!", reader.ReadToEnd());
                Assert.Equal($"/again{i}", client.GetStringAsync($"{address}again{i}").Result);
            },
            size: Requests);
        acceptor.Join();
    }

    [Fact]
    public void Web_sockets()
    {
        const int Clients = 200;
        using HttpListener listener = Listen(out string address);
        var handlers = new ConcurrentBag<GreenThread>();
        GreenThread acceptor = GreenThread.Start(() =>
        {
            for (int i = 0; i < Clients; i++)
            {
                HttpListenerContext context = listener.GetContext();
                handlers.Add(GreenThread.Start(() =>
                {
                    using WebSocket socket = context.AcceptWebSocketAsync(null).Result.WebSocket;
                    byte[] buffer = new byte[100];
                    while (true)
                    {
                        WebSocketReceiveResult received = socket.ReceiveAsync(buffer, CancellationToken.None).GetAwaiter().GetResult();
                        if (received.MessageType == WebSocketMessageType.Close) break;
                        socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, true, CancellationToken.None).AsTask().Wait();
                    }
                    socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None).Wait();
                }));
            }
        });
        Crowd.Run(
            i =>
            {
                using var socket = new ClientWebSocket();
                socket.ConnectAsync(new Uri(address.Replace("http", "ws", StringComparison.Ordinal)), CancellationToken.None).Wait();
                for (int round = 0; round < 3; round++)
                {
                    byte[] sent = Encoding.UTF8.GetBytes($"{i} {round}");
                    socket.SendAsync(sent, WebSocketMessageType.Text, true, CancellationToken.None).Wait();
                    byte[] buffer = new byte[100];
                    WebSocketReceiveResult received = socket.ReceiveAsync(buffer, CancellationToken.None).Result;
                    Assert.Equal(sent, buffer[..received.Count]);
                }
                socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None).GetAwaiter().GetResult();
            },
            size: Clients);
        acceptor.Join();
        foreach (GreenThread handler in handlers) handler.Join();
    }

    [Fact]
    public void Datagrams()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var address = (IPEndPoint)server.Client.LocalEndPoint!;
        const int Clients = 100; // their datagrams fit into the buffer of the socket: none is lost
        GreenThread echo = GreenThread.Start(() =>
        {
            for (int i = 0; i < Clients; i++)
            {
                IPEndPoint? from = null;
                byte[] data = server.Receive(ref from);
                server.Send(data, data.Length, from);
            }
        });
        Crowd.Run(
            i =>
            {
                using var client = new UdpClient();
                client.Connect(address);
                client.Send(BitConverter.GetBytes(i));
                IPEndPoint? from = null;
                Assert.Equal(i, BitConverter.ToInt32(client.Receive(ref from)));
                Assert.Equal(address.Port, from!.Port);
            },
            size: Clients,
            maySuspendOnly: false);
        echo.Join();
    }

    [Fact]
    public void Unix_domain_sockets()
    {
        string path = Path.Combine(Path.GetTempPath(), $"green-{Guid.NewGuid():N}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(512);
        const int Clients = 300;
        GreenThread acceptor = GreenThread.Start(() =>
        {
            for (int i = 0; i < Clients; i++)
            {
                Socket accepted = listener.Accept();
                GreenThread.Start(() =>
                {
                    byte[] buffer = new byte[8];
                    int count = accepted.Receive(buffer);
                    GreenThread.Sleep(2);
                    accepted.Send(buffer, count, SocketFlags.None);
                    accepted.Dispose();
                });
            }
        });
        Crowd.Run(
            i =>
            {
                using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                client.Connect(new UnixDomainSocketEndPoint(path));
                client.Send(BitConverter.GetBytes(i));
                byte[] buffer = new byte[8];
                Assert.Equal(4, client.Receive(buffer));
                Assert.Equal(i, BitConverter.ToInt32(buffer));
            },
            size: Clients);
        acceptor.Join();
        File.Delete(path);
    }

    private static HttpListener Listen(out string address)
    {
        for (int tries = 0; ; tries++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            int port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            address = $"http://localhost:{port}/";
            var listener = new HttpListener { Prefixes = { address } };
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException) when (tries < 20)
            {
                // somebody else was faster
            }
        }
    }

    internal static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
