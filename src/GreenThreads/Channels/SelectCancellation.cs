namespace GreenThreads;

/// <summary>The cancellation of a token in a <see cref="GreenSelect"/>.</summary>
public sealed class SelectCancellation : SelectCase
{
    private readonly Action? _cancelled;
    private CancellationTokenRegistration _registration;

    internal SelectCancellation(GreenSelect select, CancellationToken token, Action? cancelled = null)
        : base(select)
    {
        Token = token;
        _cancelled = cancelled;
    }

    /// <summary>The token.</summary>
    public CancellationToken Token { get; }

    internal override bool IsReady => Token.IsCancellationRequested;

    internal override bool TryNow()
    {
        if (!IsReady) return false;
        IsEnabled = false;
        return true;
    }

    internal override void Register(Action wake) => _registration = Token.UnsafeRegister(static wake => ((Action)wake!)(), wake);

    internal override void Unregister()
    {
        _registration.Unregister();
        _registration = default;
    }

    internal override void Run() => _cancelled?.Invoke();
}
