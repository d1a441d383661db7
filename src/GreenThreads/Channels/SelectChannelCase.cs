using GreenThreads.Channels;
using GreenThreads.Continuations;
using GreenThreads.Synchronization;

namespace GreenThreads;

/// <summary>A case that stands in the queue of a channel.</summary>
public abstract class SelectChannelCase : SelectCase
{
    private protected SelectChannelCase(GreenSelect select)
        : base(select)
    {
    }

    /// <summary>Whether it takes part in the present wait: <see cref="SelectCase.IsEnabled"/> as it was when the gates were entered.</summary>
    internal bool TakesPart;

    /// <summary>The place of its channel in the order in which gates are entered.</summary>
    internal abstract long GateNumber { get; }

    /// <summary>Its node in the channel's queue.</summary>
    internal abstract Waiter Node { get; }

    internal abstract void EnterGate();

    internal abstract void LeaveGate();

    /// <summary>Under the gate: takes it if it is ready; the caller wakes who was woken after leaving all gates.</summary>
    internal abstract ChannelStep TryLocked(out Continuation? woken);

    /// <summary>After all gates were left: wakes who was woken, and looks after what <see cref="TryLocked"/> returned.</summary>
    /// <exception cref="System.Threading.Channels.ChannelClosedException">It is a send, and the channel is closed.</exception>
    internal abstract void AfterGates(ChannelStep step, Continuation? woken);

    /// <summary>Outside of all gates: the buffer has to be made longer.</summary>
    internal abstract void MakeRoom();

    /// <summary>Under the gate: into the channel's queue.</summary>
    internal abstract void Enlist(Continuation thread);

    /// <summary>Out of the queue, unless a waker has taken it out.</summary>
    internal abstract void Withdraw();

    /// <summary>It has won: takes what was handed over.</summary>
    /// <exception cref="System.Threading.Channels.ChannelClosedException">It is a send, and the channel was closed.</exception>
    internal abstract void TakeOutcome();
}
