using System.Data;
using System.Data.Common;
using Dapper;
using GreenThreads.Tests.Infrastructure;
using Npgsql;

namespace GreenThreads.Data.Tests;

/// <summary>A thousand green threads use PostgreSQL by synchronous members through a pool of fifty connections.</summary>
/// <param name="server">Started once.</param>
public sealed class PostgresTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public void Queries_that_take_time_suspend()
    {
        using NpgsqlDataSource source = NpgsqlDataSource.Create(server.ConnectionString);
        Crowd.Run(i =>
        {
            using NpgsqlConnection connection = source.OpenConnection();
            using var command = new NpgsqlCommand("select $1, pg_sleep(0.01)", connection) { Parameters = { new NpgsqlParameter { Value = i } } };
            Assert.Equal(i, command.ExecuteScalar());
        });
    }

    [Fact]
    public void Readers_give_rows_and_results()
    {
        using NpgsqlDataSource source = NpgsqlDataSource.Create(server.ConnectionString);
        Crowd.Run(
            i =>
            {
                using NpgsqlConnection connection = source.OpenConnection();
                using NpgsqlCommand command = connection.CreateCommand();
                command.CommandText = $"select n, pg_sleep(0.001) from generate_series(1, 5) n; select 'second {i}'";
                using NpgsqlDataReader reader = command.ExecuteReader();
                int sum = 0;
                while (reader.Read()) sum += reader.GetInt32(0);
                Assert.Equal(15, sum);
                Assert.True(reader.NextResult());
                Assert.True(reader.Read());
                Assert.Equal($"second {i}", reader.GetString(0));
                Assert.False(reader.NextResult());
            },
            size: 300);
    }

    [Fact]
    public void Transactions_through_the_base_classes_commit_and_roll_back()
    {
        using NpgsqlDataSource source = NpgsqlDataSource.Create(server.ConnectionString);
        using (NpgsqlCommand create = source.CreateCommand("create table if not exists account (id int primary key, money int); truncate account"))
            create.ExecuteNonQuery();
        Crowd.Run(
            i =>
            {
                using DbConnection connection = source.CreateConnection();
                connection.Open();
                using DbTransaction transaction = connection.BeginTransaction(IsolationLevel.ReadCommitted);
                using DbCommand command = connection.CreateCommand();
                command.Transaction = transaction;
                command.CommandText = $"insert into account values ({i}, 1); select pg_sleep(0.002)";
                command.ExecuteNonQuery();
                if (i % 2 == 0) transaction.Commit();
                else transaction.Rollback();
            },
            size: 300);
        using NpgsqlCommand sum = source.CreateCommand("select sum(money) from account");
        Assert.Equal(150L, sum.ExecuteScalar());
    }

    [Fact]
    public void Dapper_over_it()
    {
        using NpgsqlDataSource source = NpgsqlDataSource.Create(server.ConnectionString);
        Crowd.Run(
            i =>
            {
                using NpgsqlConnection connection = source.OpenConnection();
                Assert.Equal(i, connection.ExecuteScalar<int>("select @i from pg_sleep(0.002)", new { i }));
                Assert.Equal(i + 1, connection.QuerySingle<int>("select @i + 1", new { i }));
            },
            size: 300);
    }

    [Fact]
    public void An_error_of_the_server_is_the_same_exception() => GreenThread.Run(() =>
    {
        using NpgsqlDataSource source = NpgsqlDataSource.Create(server.ConnectionString);
        using NpgsqlConnection connection = source.OpenConnection();
        using var command = new NpgsqlCommand("select * from nothing", connection);
        Assert.Equal("42P01", Assert.Throws<PostgresException>(() => command.ExecuteReader()).SqlState);
    });

    [Fact]
    public void An_interrupted_query_is_cancelled_and_the_connection_goes_on() => GreenThread.Run(() =>
    {
        using NpgsqlDataSource source = NpgsqlDataSource.Create(server.ConnectionString);
        using NpgsqlConnection connection = source.OpenConnection();
        using var slow = new NpgsqlCommand("select pg_sleep(30)", connection);
        GreenThread self = GreenThread.Current!;
        GreenThread other = GreenThread.Start(() =>
        {
            GreenThread.Sleep(50);
            self.Interrupt();
        });
        Assert.Throws<ThreadInterruptedException>(() => slow.ExecuteScalar());
        other.Join();
        using var quick = new NpgsqlCommand("select 7", connection);
        Assert.Equal(7, quick.ExecuteScalar());
    });
}
