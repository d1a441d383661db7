using System.Net.Sockets;
using System.Text;
using GreenThreads;
using Samples.Common;

namespace Chat;

// Two threads for each member: one reads lines and carries them out, one sends what the rooms say. Between the rooms and the
// sender lies a channel of bounded length: nobody waits for a slow reader, it is let go.
//
//   Connected -> Named  // the first line is a nickname that nobody has
//   Named     -> Gone   // it leaves, is too slow, or the server ends

/// <summary>Somebody who is connected.</summary>
internal sealed class Member : IServedConnection
{
    private const int MostUnsent = 256;
    private const int MostLineBytes = 2000;

    private readonly Socket _socket;
    private readonly Hall _hall;
    private readonly DrainingServer _server;
    private readonly InputBuffer _input;
    private readonly GreenChannel<string> _outbox = new(MostUnsent);
    private readonly HashSet<Room> _rooms = []; // of the reading thread
    private Room? _current; // where it speaks; of the reading thread

    // Set by a room.
    private volatile bool _isTooSlow;

    internal Member(Socket socket, Hall hall, DrainingServer server)
    {
        _socket = socket;
        _hall = hall;
        _server = server;
        _input = new InputBuffer(socket);
        socket.NoDelay = true;
        socket.SendTimeout = 10_000;
    }

    /// <summary>Its nickname; null before it has one. Written by the reading thread.</summary>
    internal string? Nickname { get; private set; }

    /// <summary>Serves it until it leaves.</summary>
    public void Serve()
    {
        Converse();
        Lingering.End(_socket);
    }

    /// <summary>The server ends: so does the reading.</summary>
    public void EndReading() => DrainingServer.EndReceiving(_socket);

    /// <summary>Gives it a line. Does not wait: who has not read the last 256 lines is let go. From any thread.</summary>
    internal void Say(string line)
    {
        if (_isTooSlow || _outbox.IsClosed || _outbox.TrySend(line)) return;
        _isTooSlow = true;
        EndReading();
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose() => _input.Dispose();

    private void Converse()
    {
        using var scope = new GreenScope();
        scope.Start(SendLines, "chat sender");
        try
        {
            Say("* Welcome. What is your nickname?");
            Read();
        }
        catch (SocketException)
        {
            // the connection is broken: as if it had left
        }
        finally
        {
            foreach (Room room in _rooms) room.Post(new RoomEvent(RoomEventKind.Leave, this));
            _hall.Remove(this);
            Say(_server.IsDraining ? "* The server ends. Goodbye." : "* Goodbye.");
            _outbox.TryClose();
        }
    }

    private void Read()
    {
        while (ReadLine() is { } line)
        {
            if (line.Length == 0) continue;
            if (Nickname is null) TakeNickname(line);
            else if (line[0] != '/') Speak(line);
            else if (!Command(line)) return;
        }
    }

    // Null: it left.
    private string? ReadLine()
    {
        int end;
        _input.BeginMessage();
        while ((end = _input.Unread.IndexOf((byte)'\n')) < 0)
        {
            if (_input.Unread.Length > MostLineBytes)
            {
                Say($"* A line has at most {MostLineBytes} bytes.");
                return null;
            }
            _input.MakeRoom();
            if (!_input.Fill()) return null;
        }
        string line = Text(_input.Unread[..end]);
        _input.Skip(end + 1);
        return line;
    }

    // Control characters would let one member write over the screens of the others.
    private static string Text(ReadOnlySpan<byte> bytes) => new([.. Encoding.UTF8.GetString(bytes).Where(letter => !char.IsControl(letter))]);

    private bool Command(string line)
    {
        string[] words = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["/quit", ..]:
                return false;
            case ["/nick", string name]:
                TakeNickname(name);
                break;
            case ["/join", string name]:
                Join(name);
                break;
            case ["/leave"] when _current is { } room:
                room.Post(new RoomEvent(RoomEventKind.Leave, this));
                _rooms.Remove(room);
                _current = _rooms.FirstOrDefault();
                break;
            case ["/who"] when _current is { } room:
                room.Post(new RoomEvent(RoomEventKind.Who, this));
                break;
            case ["/rooms"]:
                Say($"* Rooms: {string.Join(", ", _hall.RoomNames())}");
                break;
            case ["/msg", string name, string text]:
                if (_hall.Find(name) is { } other) other.Say($"[{Nickname} to you] {text}");
                else Say($"* Nobody here is called {name}.");
                break;
            default:
                Say("* /join ROOM, /leave, /who, /rooms, /nick NAME, /msg NAME TEXT, /quit; anything else is said in the room.");
                break;
        }
        return true;
    }

    private void TakeNickname(string name)
    {
        if (!Hall.IsName(name))
        {
            Say("* A name has 1 to 20 letters, digits, - or _.");
            return;
        }
        string? old = Nickname;
        if (!_hall.TryName(this, name, old))
        {
            Say($"* {name} is taken. Choose another one.");
            return;
        }
        Nickname = name;
        Say(old is null ? $"* Hello, {name}. /join ROOM, or /help." : $"* You are {name} now.");
        if (old is null) return;
        foreach (Room room in _rooms) room.Post(new RoomEvent(RoomEventKind.Notice, this, $"* {old} is {name} now."));
    }

    private void Join(string name)
    {
        if (!Hall.IsName(name) || _hall.Room(name) is not { } room)
        {
            Say("* There is no such room, and no room for one: a name has 1 to 20 letters, digits, - or _.");
            return;
        }
        _current = room;
        if (_rooms.Add(room)) room.Post(new RoomEvent(RoomEventKind.Join, this));
        else Say($"* You speak in {name} now.");
    }

    private void Speak(string line)
    {
        if (_current is { } room) room.Post(new RoomEvent(RoomEventKind.Say, this, $"[{room.Name}] {Nickname}: {line}"));
        else Say("* You are in no room: /join ROOM.");
    }

    // What has collected is sent at once.
    private void SendLines()
    {
        using var output = new OutputBuffer(_socket);
        try
        {
            foreach (string line in _outbox)
            {
                output.Add(Encoding.UTF8.GetBytes(line + "\n"));
                while (output.Length < 16 << 10 && _outbox.TryReceive(out string? more)) output.Add(Encoding.UTF8.GetBytes(more + "\n"));
                output.Flush();
            }
        }
        catch (SocketException)
        {
            // it is gone, or reads nothing: the reading ends too
            _outbox.TryClose();
            EndReading();
        }
    }
}
