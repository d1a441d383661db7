using Dapper;
using GreenThreads.Tests.Infrastructure;
using Microsoft.Data.Sqlite;

namespace GreenThreads.Data.Tests;

/// <summary>SQLite works in the calling thread, asynchronous members or not: it blocks for as long as it works, and is right.</summary>
public sealed class SqliteTests
{
    private const int Writers = 100;

    [Fact]
    public void Readers_and_writers_of_one_database()
    {
        string file = Path.GetTempFileName();
        string connectionString = $"Data Source={file};Pooling=True;Default Timeout=30";
        try
        {
            using (var connection = new SqliteConnection(connectionString))
            {
                connection.Open();
                connection.Execute("pragma journal_mode = wal; create table line (id integer primary key, text text)");
            }
            Crowd.Run(
                i =>
                {
                    GreenThread.Sleep(1);
                    using var connection = new SqliteConnection(connectionString);
                    connection.Open();
                    using (SqliteTransaction transaction = connection.BeginTransaction())
                    {
                        using SqliteCommand insert = connection.CreateCommand();
                        insert.Transaction = transaction;
                        insert.CommandText = "insert into line values ($id, $text)";
                        insert.Parameters.AddWithValue("$id", i);
                        insert.Parameters.AddWithValue("$text", $"text {i}");
                        Assert.Equal(1, insert.ExecuteNonQuery());
                        transaction.Commit();
                    }
                    Assert.Equal($"text {i}", connection.QuerySingle<string>("select text from line where id = @i", new { i }));
                    using SqliteCommand select = connection.CreateCommand();
                    select.CommandText = $"select id, text from line where id = {i}";
                    using SqliteDataReader reader = select.ExecuteReader();
                    Assert.True(reader.Read());
                    Assert.Equal(i, reader.GetInt32(0));
                },
                size: Writers,
                moreThreads: Writers); // who finds the database locked sleeps in SQLite's own code, each on its carrier
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            File.Delete(file);
        }
    }
}
