namespace GreenThreads.Scopes;

/// <summary>Why a scope was cancelled.</summary>
internal enum CancelCause
{
    /// <summary>It is not.</summary>
    None,

    /// <summary><see cref="GreenScope.Cancel"/>.</summary>
    Requested,

    /// <summary>A child, or the code in the scope, has failed.</summary>
    Failure,

    /// <summary>Its time was up.</summary>
    Deadline,

    /// <summary>The token it was made with.</summary>
    Token,

    /// <summary>What lies around it was cancelled.</summary>
    Parent,

    /// <summary>The owner's wait for the children was ended by an interrupt or a cancellation.</summary>
    Owner,

    /// <summary>It was never disposed.</summary>
    Leak,
}
