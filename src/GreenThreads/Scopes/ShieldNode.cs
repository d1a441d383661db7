using GreenThreads.Continuations;

namespace GreenThreads.Scopes;

/// <summary>Keeps the cancellation of what lies around it from the waits inside of it.</summary>
[NotWoven]
internal sealed class ShieldNode : CancellationNode
{
    private readonly Continuation _owner;

    internal ShieldNode(Continuation owner)
        : base(owner.Cancellation)
    {
        _owner = owner;
        owner.Cancellation = this;
    }

    internal override bool IsCanceled => false;

    internal override CancellationToken Token => CancellationToken.None;

    internal override CancellationToken OriginToken => CancellationToken.None;

    internal override OperationCanceledException CreateException(Continuation? waiter) => new();

    internal override void CancelFromParent()
    {
    }

    internal override Continuation Owner => _owner;

    internal override Exception? OwnerEnded() => null;

    /// <summary>By the owner.</summary>
    internal void End()
    {
        Continuation self = Continuation.Current;
        if (!ReferenceEquals(self, _owner) || !ReferenceEquals(self.Cancellation, this))
        {
            throw new InvalidOperationException(
                "A shield must end on the thread that made it, and after the scopes and shields that were opened inside of it. Write `using (GreenThread.Shield()) { … }`.");
        }
        self.Cancellation = Parent;
        if (Parent is { IsCanceled: true }) self.WakeForCancellation();
    }
}
