namespace GreenThreads.Tests.Runtime;

/// <summary>Options and their environment variable.</summary>
public class GreenThreadOptionsTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData(" 3 ", 3)]
    [InlineData("1024", 1024)]
    public void Carriers_come_from_the_environment(string? text, int? expected) =>
        Assert.Equal(expected, GreenThreadOptions.FromEnvironment(text));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1025")]
    [InlineData("two")]
    [InlineData("2.5")]
    public void A_wrong_environment_variable_is_named_with_its_value_and_range(string text)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => GreenThreadOptions.FromEnvironment(text));
        Assert.Contains("GREENTHREADS_CARRIERS", exception.Message);
        Assert.Contains($"'{text}'", exception.Message);
        Assert.Contains("1 to 1024", exception.Message);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        var options = new GreenThreadOptions();
        Assert.Throws<ArgumentOutOfRangeException>(() => options.Carriers = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxReplacements = -1);
        options.Carriers = null;
        Assert.InRange(options.EffectiveCarriers(), 1, 1024);
    }

    [Fact]
    public void Configure_after_the_first_thread_is_refused()
    {
        GreenThread.Run(() => { });
        Assert.Throws<InvalidOperationException>(() => GreenThread.Configure(new GreenThreadOptions()));
    }
}
