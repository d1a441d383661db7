namespace Chat;

/// <summary>What a room is told.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Member">Who does it.</param>
/// <param name="Text">What all are told, if there is something.</param>
internal readonly record struct RoomEvent(RoomEventKind Kind, Member Member, string? Text = null);

/// <summary>What happens in a room.</summary>
internal enum RoomEventKind
{
    /// <summary>Somebody comes.</summary>
    Join,

    /// <summary>Somebody goes.</summary>
    Leave,

    /// <summary>Somebody says something.</summary>
    Say,

    /// <summary>All are told something about somebody.</summary>
    Notice,

    /// <summary>Somebody asks who is there.</summary>
    Who,
}
