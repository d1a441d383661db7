using GreenThreads.Continuations;

namespace GreenThreads.Scopes;

/// <summary>The token with which a thread was started.</summary>
[NotWoven]
internal sealed class StartTokenNode(CancellationToken token) : CancellationNode(null)
{
    // Written by the starter before the thread is published.
    private CancellationTokenRegistration _registration;
    private GreenThread? _thread;

    internal override bool IsCanceled => token.IsCancellationRequested;

    internal override CancellationToken Token => token;

    internal override CancellationToken OriginToken => token;

    internal override OperationCanceledException CreateException(Continuation? waiter) =>
        new("The token with which the green thread was started has been cancelled.", token);

    internal override void CancelFromParent()
    {
    }

    internal override Continuation? Owner => _thread;

    internal override Exception? OwnerEnded()
    {
        _registration.Unregister();
        return null;
    }

    /// <summary>By the starter, before the thread is published.</summary>
    internal void Watch(GreenThread thread)
    {
        _thread = thread;
        _registration = token.UnsafeRegister(static self => ((StartTokenNode)self!).Canceled(), this);
    }

    private void Canceled()
    {
        _thread!.WakeForCancellation();
        CancelInner();
    }
}
