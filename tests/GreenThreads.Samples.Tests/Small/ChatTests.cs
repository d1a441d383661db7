using System.Net.Sockets;
using Chat;
using GreenThreads.Samples.Tests.Infrastructure;

namespace GreenThreads.Samples.Tests.Small;

/// <summary>The chat sample.</summary>
public sealed class ChatTests : IDisposable
{
    private readonly Hall _hall;
    private readonly int _port;

    public ChatTests() => _hall = new Hall(Listener.Open(out _port));

    public void Dispose() => _hall.Dispose();

    [Fact]
    public void What_is_said_in_a_room_is_heard_there_and_nowhere_else()
    {
        using TextClient anna = Enter("anna", "red"), ben = Enter("ben", "red"), cleo = Enter("cleo", "blue");
        anna.Send("hello\n");
        Assert.EndsWith("[red] anna: hello\n", ben.ReceiveTo("hello\n"));
        anna.ReceiveTo("[red] anna: hello\n");
        Assert.DoesNotContain("hello", cleo.Exchange("/who\n", "* In blue: cleo\n"));
        Assert.EndsWith("* In red: anna, ben\n", ben.Exchange("/who\n", "anna, ben\n"));
        Assert.EndsWith("* Rooms: blue, red\n", ben.Exchange("/rooms\n", "red\n"));
        cleo.Send("/msg ben psst\n");
        ben.ReceiveTo("[cleo to you] psst\n");
        ben.Send("/leave\n");
        anna.ReceiveTo("* ben has left red.\n");
        ben.Exchange("to nobody\n", "* You are in no room");
    }

    [Fact]
    public void Nicknames_belong_to_one()
    {
        using TextClient anna = Enter("anna", "red");
        using var other = new TextClient(_port);
        other.Exchange("Anna\n", "* Anna is taken.");
        other.Exchange("a b\n", "* A name has");
        other.Exchange("ben\n", "* Hello, ben.");
        other.Exchange("/join red\n", "* ben has joined red.\n");
        other.Exchange("/nick bert\n", "* You are bert now.\n");
        anna.ReceiveTo("* ben is bert now.\n");
        using var third = new TextClient(_port);
        third.Exchange("ben\n", "* Hello, ben."); // free again
        third.Send("/quit\n");
        Assert.EndsWith("* Goodbye.\n", third.ReceiveAll());
    }

    [Fact]
    public void A_slow_reader_is_let_go_and_holds_nobody_up()
    {
        using TextClient slow = Enter("slow", "red"), fast = Enter("fast", "red");
        string line = new('x', 1000);
        bool isGone = false;
        for (int i = 0; i < 100_000 && !isGone; i++)
        {
            fast.Send($"{line}{i}\n");
            isGone = fast.ReceiveTo($"{line}{i}\n").Contains("* slow has left red.");
        }
        Assert.True(isGone);
    }

    [Fact]
    public void A_line_has_a_limit_and_no_control_characters()
    {
        using TextClient anna = Enter("anna", "red");
        Assert.EndsWith("anna: a[31mb\n", anna.Exchange("a\u001b[31mb\r\n", "b\n"));
        anna.Send(new string('x', 5000));
        Assert.Contains("* A line has at most 2000 bytes.\n", anna.ReceiveAll());
    }

    [Fact]
    public void Stop_says_goodbye_to_all()
    {
        TextClient[] clients = [.. Enumerable.Range(0, 30).Select(i => Enter($"member{i}", $"room{i % 3}"))];
        Assert.True(_hall.Stop());
        foreach (TextClient client in clients)
        {
            Assert.EndsWith("* The server ends. Goodbye.\n", client.ReceiveAll());
            client.Dispose();
        }
    }

    [Fact]
    public void Clients_that_vanish_leave_their_rooms()
    {
        using TextClient anna = Enter("anna", "red");
        TextClient ben = Enter("ben", "red");
        ben.Socket.LingerState = new LingerOption(true, 0);
        ben.Dispose(); // a reset
        anna.ReceiveTo("* ben has left red.\n");
    }

    private TextClient Enter(string name, string room)
    {
        var client = new TextClient(_port);
        client.Exchange($"{name}\n", $"* Hello, {name}.");
        client.Exchange($"/join {room}\n", $"* {name} has joined {room}.\n");
        return client;
    }
}
