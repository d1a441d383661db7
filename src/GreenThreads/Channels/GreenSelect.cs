using GreenThreads.Scheduling;
using GreenThreads.Synchronization;

namespace GreenThreads;

/// <summary>
/// Waits for whichever comes first: a receive, a send, a time, the completion of a task, a cancellation. Exactly one of them
/// happens per wait.
/// </summary>
/// <remarks>
/// <para>
/// A select is made once, given its cases, and then waited on as often as one likes; waiting allocates nothing. One thread uses
/// it at a time, green or plain. A case is given either a handler, which <see cref="Wait()"/> calls, or is asked for what it got:
/// </para>
/// <code>
/// var select = new GreenSelect()
///     .OnReceive(orders, order => Handle(order))
///     .OnTimeout(TimeSpan.FromSeconds(30), () => Console.WriteLine("nothing to do"));
/// while (select.Wait() >= 0) { }     // until the orders are closed and the time limit is disabled
///
/// var select = new GreenSelect();
/// SelectReceive&lt;Order> order = select.Receive(orders);
/// SelectSend&lt;string> status = select.Send(requests, "ready");
/// if (select.Wait() == order.Index) Handle(order.Item);
/// </code>
/// <para>
/// If several cases are ready, they take turns: each is selected at least once in as many waits as there are cases. If a wait
/// ends with an exception, no item was taken or sent.
/// </para>
/// </remarks>
public sealed partial class GreenSelect
{
    /// <summary>What <see cref="Wait()"/> returns when no case is enabled (any more).</summary>
    public const int NoCase = -1;

    private readonly List<SelectCase> _cases = [];

    /// <summary>The number of cases.</summary>
    public int Count => _cases.Count;

    /// <summary>The case with a number.</summary>
    /// <param name="index">As returned by <see cref="Wait()"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such case.</exception>
    public SelectCase this[int index] => _cases[index];

    // ---- cases that are asked -----------------------------------------------------------------------------------

    /// <summary>Adds a receive. When the channel is closed and drained, the case is selected once more, with <see cref="SelectReceive{T}.IsClosed"/>.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="channel">The channel.</param>
    /// <returns>The case: has the item after it was selected.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="channel"/> is null.</exception>
    public SelectReceive<T> Receive<T>(GreenChannel<T> channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Add(new SelectReceive<T>(this, channel));
    }

    /// <summary>Adds a send. If the channel is closed, the wait throws <see cref="System.Threading.Channels.ChannelClosedException"/>.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="channel">The channel.</param>
    /// <param name="item">What to send; can be changed later (<see cref="SelectSend{T}.Item"/>).</param>
    /// <returns>The case.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="channel"/> is null.</exception>
    public SelectSend<T> Send<T>(GreenChannel<T> channel, T item)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return Add(new SelectSend<T>(this, channel, item));
    }

    /// <summary>Adds the completion of a task, in whatever way it completes.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The case.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="task"/> is null.</exception>
    public SelectTask Completion(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return Add(new SelectTask(this, task));
    }

    /// <summary>Adds the cancellation of a token.</summary>
    /// <param name="cancellationToken">The token.</param>
    /// <returns>The case.</returns>
    public SelectCancellation Cancellation(CancellationToken cancellationToken) => Add(new SelectCancellation(this, cancellationToken));

    /// <summary>Adds a limit to the time of each wait.</summary>
    /// <param name="limit">Counts from the beginning of each wait; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for none.</param>
    /// <returns>The case.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    public SelectTimer Timeout(TimeSpan limit) => Add(new SelectTimer(this, SelectTimerKind.PerWait, limit, null, nameof(limit)));

    /// <summary>Adds a timer that goes off once; see <see cref="SelectTimer.Restart"/>.</summary>
    /// <param name="delay">Counts from now.</param>
    /// <returns>The case.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    public SelectTimer After(TimeSpan delay) => Add(new SelectTimer(this, SelectTimerKind.Once, delay, null, nameof(delay)));

    /// <summary>Adds a timer that goes off again and again. Periods that were missed are not made up for.</summary>
    /// <param name="period">The first one begins now.</param>
    /// <returns>The case.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive, or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    public SelectTimer Every(TimeSpan period) => Add(new SelectTimer(this, SelectTimerKind.Periodic, period, null, nameof(period)));

    // ---- cases with handlers ------------------------------------------------------------------------------------

    /// <summary>As <see cref="Receive{T}"/>, with a handler.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="channel">The channel.</param>
    /// <param name="received">Called by the wait, with the item. May wait itself.</param>
    /// <param name="closed">Called by the wait, once, when the channel is closed and drained.</param>
    /// <returns>This select.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="channel"/> or <paramref name="received"/> is null.</exception>
    public GreenSelect OnReceive<T>(GreenChannel<T> channel, Action<T> received, Action? closed = null)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(received);
        Add(new SelectReceive<T>(this, channel, received, closed));
        return this;
    }

    /// <summary>As <see cref="Send{T}"/>, with a handler.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="channel">The channel.</param>
    /// <param name="item">What to send.</param>
    /// <param name="sent">Called by the wait after the item was sent. May wait itself.</param>
    /// <returns>This select.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="channel"/> is null.</exception>
    public GreenSelect OnSend<T>(GreenChannel<T> channel, T item, Action? sent = null)
    {
        ArgumentNullException.ThrowIfNull(channel);
        Add(new SelectSend<T>(this, channel, item, sent));
        return this;
    }

    /// <summary>As <see cref="Completion"/>, with a handler.</summary>
    /// <param name="task">The task.</param>
    /// <param name="completed">Called by the wait. May wait itself.</param>
    /// <returns>This select.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public GreenSelect OnCompletion(Task task, Action completed)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(completed);
        Add(new SelectTask(this, task, completed));
        return this;
    }

    /// <summary>As <see cref="Cancellation"/>, with a handler.</summary>
    /// <param name="cancellationToken">The token.</param>
    /// <param name="cancelled">Called by the wait. May wait itself.</param>
    /// <returns>This select.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="cancelled"/> is null.</exception>
    public GreenSelect OnCancellation(CancellationToken cancellationToken, Action cancelled)
    {
        ArgumentNullException.ThrowIfNull(cancelled);
        Add(new SelectCancellation(this, cancellationToken, cancelled));
        return this;
    }

    /// <summary>As <see cref="Timeout"/>, with a handler.</summary>
    /// <param name="limit">Counts from the beginning of each wait.</param>
    /// <param name="elapsed">Called by the wait. May wait itself.</param>
    /// <returns>This select.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="elapsed"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    public GreenSelect OnTimeout(TimeSpan limit, Action elapsed) => OnTime(SelectTimerKind.PerWait, limit, elapsed, nameof(limit));

    /// <summary>As <see cref="Every"/>, with a handler.</summary>
    /// <param name="period">The first one begins now.</param>
    /// <param name="elapsed">Called by the wait. May wait itself.</param>
    /// <returns>This select.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="elapsed"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive, or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    public GreenSelect OnEvery(TimeSpan period, Action elapsed) => OnTime(SelectTimerKind.Periodic, period, elapsed, nameof(period));

    private GreenSelect OnTime(SelectTimerKind kind, TimeSpan time, Action elapsed, string parameter)
    {
        ArgumentNullException.ThrowIfNull(elapsed);
        Add(new SelectTimer(this, kind, time, elapsed, parameter));
        return this;
    }

    // ---- waiting ------------------------------------------------------------------------------------------------

    /// <summary>Waits until a case is selected, and calls its handler if it has one.</summary>
    /// <returns>Its number; <see cref="NoCase"/> at once if no case is enabled.</returns>
    /// <exception cref="System.Threading.Channels.ChannelClosedException">The channel of a send is closed.</exception>
    /// <exception cref="InvalidOperationException">Another thread waits with this select.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; no case was selected.</exception>
    public int Wait() => WaitUntil(Deadline.Never, default);

    /// <summary>Waits until a case is selected, and calls its handler if it has one.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Its number; <see cref="NoCase"/> at once if no case is enabled.</returns>
    /// <exception cref="System.Threading.Channels.ChannelClosedException">The channel of a send is closed.</exception>
    /// <exception cref="InvalidOperationException">Another thread waits with this select.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; no case was selected.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; no case was selected.</exception>
    public int Wait(CancellationToken cancellationToken) => WaitUntil(Deadline.Never, cancellationToken);

    /// <summary>Selects a case that is ready now, and calls its handler if it has one. Does not wait (the handler may).</summary>
    /// <param name="index">Its number; <see cref="NoCase"/> if there is none.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="System.Threading.Channels.ChannelClosedException">The channel of a send is closed.</exception>
    /// <exception cref="InvalidOperationException">Another thread waits with this select.</exception>
    public bool TryWait(out int index)
    {
        index = WaitUntil(0, default);
        return index >= 0;
    }

    /// <summary>Waits for a limited time until a case is selected, and calls its handler if it has one.</summary>
    /// <param name="index">Its number; <see cref="NoCase"/> if there was none.</param>
    /// <param name="timeout">How long to wait; <see cref="TimeSpan.Zero"/> not at all, <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether a case was selected.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative (and not infinite) or longer than <see cref="int.MaxValue"/> milliseconds.</exception>
    /// <exception cref="System.Threading.Channels.ChannelClosedException">The channel of a send is closed.</exception>
    /// <exception cref="InvalidOperationException">Another thread waits with this select.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; no case was selected.</exception>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted while it waited; no case was selected.</exception>
    public bool TryWait(out int index, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        index = WaitUntil(Deadline.After(timeout, nameof(timeout)), cancellationToken);
        return index >= 0;
    }
}
