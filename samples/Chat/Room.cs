using GreenThreads;

namespace Chat;

/// <summary>A room: one thread that owns it, and a channel by which the others reach it. No lock.</summary>
/// <param name="name">Its name.</param>
internal sealed class Room(string name)
{
    private const int MostWaiting = 1024;

    private readonly GreenChannel<RoomEvent> _events = new(MostWaiting);
    private readonly HashSet<Member> _members = []; // of the room's thread

    /// <summary>Its name.</summary>
    internal string Name { get; } = name;

    /// <summary>Tells it something. Waits while the room is behind: who speaks faster than it is heard is held up.</summary>
    internal void Post(RoomEvent what) => _events.Send(what);

    /// <summary>No more events: the room's thread ends.</summary>
    internal void Close() => _events.TryClose();

    /// <summary>The room's thread.</summary>
    internal void Run()
    {
        foreach (RoomEvent what in _events)
        {
            Member member = what.Member;
            switch (what.Kind)
            {
                case RoomEventKind.Join:
                    _members.Add(member);
                    Tell($"* {member.Nickname} has joined {Name}.");
                    break;
                case RoomEventKind.Leave:
                    if (_members.Contains(member)) Tell($"* {member.Nickname} has left {Name}.");
                    _members.Remove(member);
                    break;
                case RoomEventKind.Who:
                    member.Say($"* In {Name}: {string.Join(", ", _members.Select(other => other.Nickname).Order())}");
                    break;
                default:
                    Tell(what.Text!);
                    break;
            }
        }
    }

    private void Tell(string line)
    {
        foreach (Member member in _members) member.Say(line);
    }
}
