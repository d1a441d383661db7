using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using GreenThreads.Continuations;
using GreenThreads.Net;
using GreenThreads.Scheduling;

namespace GreenThreads.Twins;

// States, all of them known to the green thread alone that started the operation:
//
//   spare  -> started     // Receive, Send: tried at once; if that does not wait, spare again
//   started -> waiting    // the thread is in the place of the socket's descriptor, and will park
//   waiting -> waiting    // TryAgain, after each park: still nothing
//   waiting -> completed  // TryAgain: the result is there, or the operation is cancelled or its time is up
//   waiting -> left       // HandOver: nobody waits for it any more; the network stream goes on with it
//   completed -> spare    // its result was taken, on this thread
//
// The awaiting code runs within Complete, on the green thread's carrier, and may start the next operation there.

/// <summary>An asynchronous operation of a <see cref="DrivenStream"/> that has to wait for its socket.</summary>
/// <param name="wait">The wait of the green thread that drives it.</param>
/// <param name="thread">That thread.</param>
internal sealed class DrivenOperation(TwinWait wait, GreenThread thread) : IValueTaskSource<int>, IValueTaskSource
{
    // Mutable: a struct with the state of the source. By the thread; once left, also by the thread that completes it.
    private ManualResetValueTaskSourceCore<int> _core;

    // The rest: the thread only, and once left nobody but the hand-over.
    private DrivenStream? _stream;
    private Memory<byte> _buffer;
    private ReadOnlyMemory<byte> _data;
    private int _sent;
    private bool _reading;
    private bool _left;
    private long _deadline;
    private long _waitedAt;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;

    /// <summary>Until when the thread is to park.</summary>
    internal long Deadline => _deadline;

    /// <summary>What for.</summary>
    internal ParkReason Reason => _reading ? ParkReason.SocketReceive : ParkReason.SocketSend;

    /// <summary>Receives.</summary>
    /// <returns>As <see cref="NetworkStream.ReadAsync(Memory{byte}, CancellationToken)"/>.</returns>
    [NotWoven]
    internal ValueTask<int> Receive(DrivenStream stream, Memory<byte> buffer, CancellationToken token)
    {
        (_stream, _buffer, _reading, _token) = (stream, buffer, true, token);
        if (!TryStart(out int result, out Exception? failure)) return new ValueTask<int>(this, _core.Version);
        if (result == SocketResult.Unwatched) return stream.Inner.ReadAsync(buffer, token);
        return failure is null ? new ValueTask<int>(result) : ValueTask.FromException<int>(failure);
    }

    /// <summary>Sends.</summary>
    /// <returns>As <see cref="NetworkStream.WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>.</returns>
    [NotWoven]
    internal ValueTask Send(DrivenStream stream, ReadOnlyMemory<byte> data, CancellationToken token)
    {
        (_stream, _data, _reading, _token, _sent) = (stream, data, false, token, 0);
        if (!TryStart(out int result, out Exception? failure)) return new ValueTask(this, _core.Version);
        if (result == SocketResult.Unwatched) return stream.Inner.WriteAsync(data[_sent..], token);
        return failure is null ? ValueTask.CompletedTask : ValueTask.FromException(failure);
    }

    /// <summary>After a park: leaves the place in which the thread waited and tries again.</summary>
    /// <param name="result">The bytes received, if there is no failure.</param>
    /// <param name="failure">How it failed.</param>
    /// <returns>False: the thread is in the place again.</returns>
    [NotWoven]
    internal bool TryAgain(out int result, out Exception? failure)
    {
        SocketCalls.Leave(_stream!.Inner.Socket, _reading);
        return Try(out result, out failure);
    }

    /// <summary>Runs what awaits the operation.</summary>
    [NotWoven]
    internal void Complete(int result, Exception? failure)
    {
        Clear();
        if (failure is null) _core.SetResult(result);
        else _core.SetException(failure);
    }

    /// <summary>Instead of <see cref="TryAgain"/> when the thread has nothing to wait for any more.</summary>
    [NotWoven]
    internal void HandOver()
    {
        SocketCalls.Leave(_stream!.Inner.Socket, _reading);
        _left = true;
        _core.RunContinuationsAsynchronously = true;
        _ = FinishAsync();
    }

    private async Task FinishAsync()
    {
        try
        {
            int received = 0;
            if (_reading) received = await _stream!.Inner.ReadAsync(_buffer, _token).ConfigureAwait(false);
            else await _stream!.Inner.WriteAsync(_data[_sent..], _token).ConfigureAwait(false);
            _core.SetResult(received);
        }
        catch (Exception exception)
        {
            _core.SetException(exception);
        }
    }

    // True: done without a wait, and spare again.
    private bool TryStart(out int result, out Exception? failure)
    {
        _deadline = 0;
        _waitedAt = 0;
        bool done = Try(out result, out failure);
        if (done)
        {
            Clear();
            wait.Return(this);
            return true;
        }
        wait.Attach(this);

        // its own cancellation wakes the thread by itself, see TwinWait.Stop
        if (_token.CanBeCanceled && _token != wait.Token)
            _registration = _token.UnsafeRegister(static thread => ((Continuation)thread!).Unpark(), thread);
        return false;
    }

    private bool Try(out int result, out Exception? failure)
    {
        failure = null;
        result = 0;
        if (_token.IsCancellationRequested)
        {
            failure = new OperationCanceledException(_token);
            return true;
        }
        Socket socket = _stream!.Inner.Socket;
        try
        {
            // SslStream receives nothing, to wait for something before it takes a buffer; if there is nothing after all it waits then.
            result = !_reading ? SocketCalls.TrySend(socket, _data.Span, ref _sent, ref _deadline)
                : _buffer.IsEmpty ? SocketCalls.TryReceiveNothing(socket, ref _waitedAt, ref _deadline)
                : SocketCalls.TryReceive(socket, _buffer.Span, peek: false, ref _deadline);
            if (result is SocketResult.Wait) return false;
            if (result is SocketResult.Unwatched) return true;
            result = _reading
                ? SocketOutcome.EndReceive(socket, result, SocketFailure.ThrowFromStream)
                : SocketOutcome.EndSend(socket, result, SocketFailure.ThrowFromStream);
        }
        catch (Exception exception)
        {
            failure = exception;
        }
        return true;
    }

    private void Clear()
    {
        _registration.Unregister();
        _registration = default;
        _stream = null;
        _buffer = default;
        _data = default;
        _token = default;
    }

    /// <inheritdoc/>
    int IValueTaskSource<int>.GetResult(short token) => TakeResult(token);

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => TakeResult(token);

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private int TakeResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            if (!_left && ReferenceEquals(Continuation.CurrentOrNull, thread))
            {
                _core.Reset();
                wait.Return(this);
            }
        }
    }
}
