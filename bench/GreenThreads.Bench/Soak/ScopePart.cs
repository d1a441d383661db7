namespace GreenThreads.Bench.Soak;

/// <summary>Scopes in scopes: failures, deadlines, cancellation from outside, limits on concurrency.</summary>
internal sealed class ScopePart(int seed, long until, Victims victims) : SoakPart(seed, until, victims)
{
    private const int Trees = 50;

    private int _alive;

    /// <inheritdoc/>
    internal override void Run()
    {
        while (!IsOver)
        {
            var trees = new GreenThread[Trees];
            for (int i = 0; i < trees.Length; i++)
            {
                int mark = Random.Next();
                trees[i] = GreenThread.Start(() => Tree(new Random(mark), 3));
                Victims.Expose(trees[i], mark);
            }
            foreach (GreenThread tree in trees)
            {
                try
                {
                    tree.Join();
                }
                catch (Exception exception) when (IsExpected(exception))
                {
                    // how a tree ends is drawn
                }
            }
            Require(Volatile.Read(ref _alive) == 0, $"{_alive} children have outlived their scopes.");
        }
    }

    private static bool IsExpected(Exception exception) =>
        exception is ThreadInterruptedException or OperationCanceledException or TimeoutException or FormatException;

    private void Tree(Random random, int depth)
    {
        TimeSpan? deadline = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(1 + random.Next(30)) : null;
        int? limit = random.Next(3) == 0 ? 1 + random.Next(3) : null;
        using var scope = new GreenScope(deadline, limit);
        for (int i = random.Next(6); i > 0; i--)
        {
            int mark = random.Next();
            scope.Start(() => Child(mark, depth));
        }
        if (random.Next(5) == 0) scope.Cancel();
        if (random.Next(3) == 0) GreenThread.Sleep(random.Next(5));
    }

    private void Child(int mark, int depth)
    {
        Interlocked.Increment(ref _alive);
        try
        {
            var random = new Random(mark);
            if (random.Next(8) == 0) Victims.Expose(GreenThread.Current!, mark);
            if (random.Next(10) == 0) throw new FormatException("on purpose");
            if (depth > 0 && random.Next(2) == 0) Tree(random, depth - 1);
            else GreenThread.Sleep(random.Next(20));
        }
        finally
        {
            Interlocked.Decrement(ref _alive);
        }
    }
}
