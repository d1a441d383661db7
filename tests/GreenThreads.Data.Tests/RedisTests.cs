using GreenThreads.Tests.Infrastructure;
using StackExchange.Redis;

namespace GreenThreads.Data.Tests;

/// <summary>A thousand green threads use Redis by the synchronous members of its client.</summary>
/// <param name="server">Started once.</param>
public sealed class RedisTests(RedisServer server) : IClassFixture<RedisServer>
{
    [Fact]
    public void Commands_suspend()
    {
        IDatabase database = server.Database;
        Crowd.Run(i =>
        {
            Assert.True(database.StringSet($"key{i}", i));
            Assert.Equal(i, (int)database.StringGet($"key{i}"));
            database.ListRightPush("list", i);
            Assert.Equal(TimeSpan.Zero, TimeSpan.Zero * database.Ping().Ticks);
        });
        Assert.Equal(Crowd.Size, database.ListLength("list"));
    }

    [Fact]
    public void An_error_of_the_server_is_the_same_exception()
    {
        IDatabase database = server.Database;
        database.StringSet("text", "x");
        Assert.Throws<RedisServerException>(() => database.ListLength("text"));
        GreenThread.Run(() => Assert.Throws<RedisServerException>(() => database.ListLength("text")));
    }
}
