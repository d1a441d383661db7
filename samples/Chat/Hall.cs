using System.Net.Sockets;
using GreenThreads;
using Samples.Common;

namespace Chat;

/// <summary>The server: who is there, and the rooms.</summary>
internal sealed class Hall : IDisposable
{
    private const int MostRooms = 1000;
    private const int LongestName = 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Member> _members = new(StringComparer.OrdinalIgnoreCase); // guarded by _gate
    private readonly Dictionary<string, (Room Room, GreenThread Thread)> _rooms = new(StringComparer.OrdinalIgnoreCase); // guarded by _gate
    private readonly DrainingServer _server;

    /// <summary>Starts to serve.</summary>
    /// <param name="listener">A socket that listens.</param>
    /// <param name="options">Of the server; null for the defaults.</param>
    internal Hall(Socket listener, GreenServerOptions? options = null)
    {
        _server = new DrainingServer(listener, (server, socket) => new Member(socket, this, server), options);
    }

    /// <summary>The server below.</summary>
    internal GreenServer Connections => _server.Server;

    /// <summary>Says goodbye to all, and ends. Waits for that.</summary>
    /// <returns>Whether all connections ended within the time to drain.</returns>
    internal bool Stop()
    {
        bool all = _server.Stop();
        foreach ((Room room, GreenThread thread) in AllRooms())
        {
            room.Close();
            thread.Join();
        }
        return all;
    }

    /// <summary>As <see cref="Stop"/>.</summary>
    public void Dispose() => Stop();

    /// <summary>Whether a text can be a name.</summary>
    internal static bool IsName(string text) => text.Length is > 0 and <= LongestName && text.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_');

    /// <summary>Gives a member a name, if nobody has it.</summary>
    internal bool TryName(Member member, string name, string? old)
    {
        lock (_gate)
        {
            if (_members.TryGetValue(name, out Member? owner) && owner != member) return false;
            if (old is not null) _members.Remove(old);
            _members[name] = member;
            return true;
        }
    }

    /// <summary>Who has a name; null if nobody has.</summary>
    internal Member? Find(string name)
    {
        lock (_gate) return _members.GetValueOrDefault(name);
    }

    /// <summary>A member is gone.</summary>
    internal void Remove(Member member)
    {
        lock (_gate)
        {
            if (member.Nickname is { } name) _members.Remove(name);
        }
    }

    /// <summary>The room of a name, opened if it was not; null if there are too many.</summary>
    internal Room? Room(string name)
    {
        lock (_gate)
        {
            if (_rooms.TryGetValue(name, out (Room Room, GreenThread Thread) found)) return found.Room;
            if (_rooms.Count == MostRooms) return null;
            var room = new Room(name);
            _rooms[name] = (room, GreenThread.Start(room.Run));
            return room;
        }
    }

    /// <summary>The names of the rooms.</summary>
    internal string[] RoomNames()
    {
        lock (_gate) return [.. _rooms.Values.Select(room => room.Room.Name).Order()];
    }

    private (Room Room, GreenThread Thread)[] AllRooms()
    {
        lock (_gate) return [.. _rooms.Values];
    }
}
