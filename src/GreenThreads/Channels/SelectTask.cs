using GreenThreads.Blocking;

namespace GreenThreads;

/// <summary>The completion of a task in a <see cref="GreenSelect"/>.</summary>
public sealed class SelectTask : SelectCase
{
    private readonly Action? _completed;
    private Task _task;

    // The task that will call the select when it completes; not to be asked twice.
    private Task? _registered;

    internal SelectTask(GreenSelect select, Task task, Action? completed = null)
        : base(select)
    {
        _task = task;
        _completed = completed;
    }

    /// <summary>The task. Selecting the case disables it; setting another task, between two waits, enables it again.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public Task Task
    {
        get => _task;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _task = value;
            IsEnabled = true;
        }
    }

    internal override bool IsReady => _task.IsCompleted;

    internal override bool TryNow()
    {
        if (!IsReady) return false;
        IsEnabled = false;
        return true;
    }

    internal override void Register(Action wake)
    {
        if (ReferenceEquals(_registered, _task)) return;
        _registered = _task;
        TaskWaiter.Register(_task.ConfigureAwait(false).GetAwaiter(), wake);
    }

    internal override void Run() => _completed?.Invoke();
}
