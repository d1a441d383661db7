namespace GreenThreads.Tests.Infrastructure;

/// <summary>Assertions that are woven: below those of xunit a green thread is pinned, below these it suspends.</summary>
internal static class Expect
{
    /// <summary>Calls the body, which must throw exactly this type.</summary>
    internal static T Throws<T>(Action body)
        where T : Exception
    {
        T? caught = null;
        try
        {
            body();
        }
        catch (Exception exception) when (exception.GetType() == typeof(T))
        {
            caught = (T)exception;
        }
        Assert.True(caught is not null, $"Nothing was thrown; {typeof(T)} was expected.");
        return caught;
    }
}
