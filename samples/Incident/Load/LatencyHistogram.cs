using System.Numerics;

namespace Incident.Load;

/// <summary>Counts durations in buckets whose width is 1/64 of their value, so that the parts of several processes add up.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBucketBits = 6;
    private const int SubBuckets = 1 << SubBucketBits;

    private readonly long[] _counts = new long[(64 - SubBucketBits) * SubBuckets];

    /// <summary>Counts one duration.</summary>
    internal void Add(long nanoseconds) => _counts[BucketOf(nanoseconds)]++;

    /// <summary>The buckets that are not empty, as pairs of bucket and count.</summary>
    internal long[] ToPairs()
    {
        var pairs = new List<long>();
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            if (_counts[bucket] == 0) continue;
            pairs.Add(bucket);
            pairs.Add(_counts[bucket]);
        }
        return [.. pairs];
    }

    /// <summary>Adds what <see cref="ToPairs"/> of another one gave.</summary>
    internal void AddPairs(ReadOnlySpan<long> pairs)
    {
        for (int i = 0; i + 1 < pairs.Length; i += 2) _counts[pairs[i]] += pairs[i + 1];
    }

    /// <summary>The duration that a share of all durations does not exceed, in microseconds; zero if there are none.</summary>
    internal double PercentileMicroseconds(double share)
    {
        long total = 0;
        foreach (long count in _counts) total += count;
        long wanted = Math.Max(1, (long)Math.Ceiling(total * share));
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted) return MiddleOf(bucket) / 1000.0;
        }
        return 0;
    }

    private static int BucketOf(long value)
    {
        if (value < SubBuckets) return (int)Math.Max(0, value);
        int shift = BitOperations.Log2((ulong)value) - SubBucketBits;
        return ((shift + 1) << SubBucketBits) + (int)(value >> shift) - SubBuckets;
    }

    private static double MiddleOf(int bucket)
    {
        if (bucket < SubBuckets) return bucket;
        int shift = (bucket >> SubBucketBits) - 1;
        long low = (long)((bucket & (SubBuckets - 1)) + SubBuckets) << shift;
        return low + ((1L << shift) - 1) / 2.0;
    }
}
