namespace GreenThreads;

/// <summary>One of the things that a <see cref="GreenSelect"/> waits for.</summary>
public abstract class SelectCase
{
    internal const int NotReady = -1;

    private protected SelectCase(GreenSelect select)
    {
        Select = select;
        Index = select.Count;
    }

    /// <summary>The number that <see cref="GreenSelect.Wait()"/> returns for this case: the cases are numbered from 0 in the order in which they were added.</summary>
    public int Index { get; }

    /// <summary>
    /// Whether the select looks at it; default true. A case that can never be ready again (a receive from a closed channel, a
    /// completed task, a cancelled token, a timer that goes off once) is disabled by being selected.
    /// </summary>
    public bool IsEnabled { get; set; } = true;

    private protected GreenSelect Select { get; }

    // ---- what the select does with it; by the thread that waits ----------------------------------------------------

    /// <summary>When it becomes ready by itself, in ticks as of <see cref="Scheduling.Deadline"/>.</summary>
    internal virtual long Due => Scheduling.Deadline.Never;

    /// <summary>A wait begins.</summary>
    internal virtual void Begin()
    {
    }

    /// <summary>Before the first park of a wait: has <paramref name="wake"/> called when it becomes ready, if nobody else will unpark the thread.</summary>
    internal virtual void Register(Action wake)
    {
    }

    /// <summary>After the last park.</summary>
    internal virtual void Unregister()
    {
    }

    /// <summary>Takes it if it is ready. Not under a gate.</summary>
    internal abstract bool TryNow();

    /// <summary>Whether it is ready, and stays so; for what is no channel.</summary>
    internal virtual bool IsReady => false;

    /// <summary>After it was selected: what the user asked for.</summary>
    internal virtual void Run()
    {
    }
}
