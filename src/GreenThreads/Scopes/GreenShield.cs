using GreenThreads.Scopes;

namespace GreenThreads;

/// <summary>The stretch in which cancellation does not end waits, see <see cref="GreenThread.Shield"/>.</summary>
public readonly struct GreenShield : IDisposable
{
    private readonly ShieldNode? _node;

    internal GreenShield(ShieldNode? node) => _node = node;

    /// <summary>Ends the stretch: if the thread was cancelled meanwhile, its next wait throws. Does not wait.</summary>
    /// <exception cref="InvalidOperationException">Called on another thread, or with a scope still open that was made inside.</exception>
    public void Dispose() => _node?.End();
}
