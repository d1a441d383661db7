namespace GreenThreads.Scopes;

/// <summary>The first successful one of several functions.</summary>
internal sealed class Race<T>(int count)
{
    private readonly Lock _gate = new();

    // All guarded by _gate.
    private readonly List<Exception> _failures = new(count);
    private bool _isWon;
    private T? _result;

    /// <summary>After all have ended.</summary>
    /// <exception cref="AggregateException">None succeeded.</exception>
    internal T Result
    {
        get
        {
            lock (_gate)
            {
                if (_isWon) return _result!;
                throw new AggregateException("None of the functions succeeded.", _failures);
            }
        }
    }

    /// <summary>In a thread of its own: one of the functions.</summary>
    internal void Run(Func<T> function, GreenScope scope)
    {
        T result;
        try
        {
            result = function();
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && scope.IsCancellationRequested))
        {
            Failed(exception);
            return;
        }
        if (TryWin(result)) scope.Cancel();
    }

    private bool TryWin(T result)
    {
        lock (_gate)
        {
            if (_isWon) return false;
            _isWon = true;
            _result = result;
            return true;
        }
    }

    private void Failed(Exception exception)
    {
        lock (_gate) _failures.Add(exception);
    }
}
