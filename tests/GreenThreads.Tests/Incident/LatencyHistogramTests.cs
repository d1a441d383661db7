using LatencyHistogram = global::Incident.Load.LatencyHistogram;

namespace GreenThreads.Tests.Incident;

/// <summary>The histogram with which the sample measures.</summary>
public class LatencyHistogramTests
{
    [Theory]
    [InlineData(1_000, 1)]
    [InlineData(123_456, 123.456)]
    [InlineData(9_876_543_210, 9_876_543.21)]
    public void A_percentile_is_within_one_percent_of_the_value(long nanoseconds, double microseconds)
    {
        var histogram = new LatencyHistogram();
        histogram.Add(nanoseconds);
        Assert.InRange(histogram.PercentileMicroseconds(0.5), microseconds * 0.99, microseconds * 1.01);
    }

    [Fact]
    public void Parts_add_up_to_the_percentiles_of_the_whole()
    {
        var whole = new LatencyHistogram();
        var sum = new LatencyHistogram();
        for (int part = 0; part < 4; part++)
        {
            var one = new LatencyHistogram();
            for (int i = 0; i < 1000; i++)
            {
                long value = (part * 1000 + i) * 1000L;
                one.Add(value);
                whole.Add(value);
            }
            sum.AddPairs(one.ToPairs());
        }
        Assert.Equal(whole.PercentileMicroseconds(0.99), sum.PercentileMicroseconds(0.99));
        Assert.InRange(sum.PercentileMicroseconds(0.5), 1980, 2020);
        Assert.InRange(sum.PercentileMicroseconds(0.99), 3920, 4000);
    }

    [Fact]
    public void Without_durations_a_percentile_is_zero() => Assert.Equal(0, new LatencyHistogram().PercentileMicroseconds(0.5));
}
