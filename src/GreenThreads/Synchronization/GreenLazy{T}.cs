using System.Runtime.ExceptionServices;

namespace GreenThreads;

/// <summary>A value that is made by the first thread that needs it, while the others wait for it.</summary>
/// <remarks>
/// As <see cref="Lazy{T}"/>, but the factory may wait: it suspends a green thread, and so do those who wait for it. It may be
/// used from green threads and from plain OS threads, in any mixture.
/// </remarks>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class GreenLazy<T>
{
    private readonly GreenOnce _once = new();

    // Taken by the thread that makes the value; null afterwards.
    private Func<T>? _factory;

    // Written within _once, which publishes them.
    private T? _value;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Makes a lazy value.</summary>
    /// <param name="factory">Makes the value. May wait.</param>
    /// <exception cref="ArgumentNullException"><paramref name="factory"/> is null.</exception>
    public GreenLazy(Func<T> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        _factory = factory;
    }

    /// <summary>Whether the value has been made.</summary>
    public bool IsValueCreated => _once.IsDone && _failure is null;

    /// <summary>The value. The first caller makes it; waits while another thread makes it.</summary>
    /// <exception cref="InvalidOperationException">The factory needs the value itself.</exception>
    /// <exception cref="Exception">
    /// What the factory threw; the same for everybody, as it is not called again. Not so when the thread that called it was
    /// interrupted or cancelled: that concerns it alone, and the next caller makes the value.
    /// </exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited.</exception>
    public T Value
    {
        get
        {
            if (!_once.IsDone) _once.Run(Make);
            _failure?.Throw();
            return _value!;
        }
    }

    private void Make()
    {
        try
        {
            _value = _factory!();
        }
        catch (Exception exception) when (exception is not (ThreadInterruptedException or OperationCanceledException))
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
        _factory = null;
    }
}
