namespace GreenThreads.Tests.Infrastructure;

/// <summary>The seed helper itself.</summary>
public class SeedsTests
{
    [Fact]
    public void A_failure_names_the_seed_that_repeats_it()
    {
        int failing = -1;
        var failure = Assert.Throws<SeedException>(() => Seeds.Each(3, (_, seed) =>
        {
            failing = seed;
            throw new InvalidOperationException("broken");
        }));
        Assert.Contains($"seed {failing}", failure.Message);
        Assert.Contains("broken", failure.Message);
    }
}
