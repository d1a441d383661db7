namespace KeyValueServer.Store;

/// <summary>A sorted set: members by their scores, and by their bytes where those are equal.</summary>
internal sealed class SortedMembers
{
    private readonly Dictionary<byte[], double> _scores = new(BytesComparer.Instance);
    private readonly SortedSet<(double Score, byte[] Member)> _order = new(Comparer<(double Score, byte[] Member)>.Create(static (x, y) =>
        x.Score != y.Score ? x.Score.CompareTo(y.Score) : x.Member.AsSpan().SequenceCompareTo(y.Member)));

    /// <summary>How many members there are.</summary>
    internal int Count => _scores.Count;

    /// <summary>The members, the least score first.</summary>
    internal IEnumerable<(double Score, byte[] Member)> InOrder => _order;

    /// <summary>The score of a member; null if there is none.</summary>
    internal double? Score(byte[] member) => _scores.TryGetValue(member, out double score) ? score : null;

    /// <summary>Sets the score of a member.</summary>
    /// <returns>Whether the member is new.</returns>
    internal bool Set(byte[] member, double score)
    {
        bool isNew = !Remove(member);
        _scores.Add(member, score);
        _order.Add((score, member));
        return isNew;
    }

    /// <summary>Removes a member.</summary>
    /// <returns>Whether there was one.</returns>
    internal bool Remove(byte[] member)
    {
        if (!_scores.Remove(member, out double score)) return false;
        _order.Remove((score, member));
        return true;
    }
}
