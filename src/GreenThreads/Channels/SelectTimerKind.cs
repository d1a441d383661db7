namespace GreenThreads;

/// <summary>When a <see cref="SelectTimer"/> goes off.</summary>
internal enum SelectTimerKind
{
    /// <summary>A time after the beginning of each wait.</summary>
    PerWait,

    /// <summary>Once, a time after it was added or restarted.</summary>
    Once,

    /// <summary>Again and again.</summary>
    Periodic,
}
