using System.Data;
using Dapper;
using GreenThreads.Libraries.Tests.Harness;

namespace GreenThreads.Libraries.Tests.Cases;

/// <summary>Dapper over a database that waits in every call.</summary>
public static class DatabaseCases
{
    [LibraryCase]
    public static string Rows_are_mapped_and_commands_run()
    {
        using var connection = new SlowConnection();
        List<Person> people = [.. connection.Query<Person>("select * from people where id > @id", new { id = Waits.Then(1) })];
        Person first = connection.QueryFirst<Person>("select * from people");
        int changed = connection.Execute("update people set name = @Name where id = @Id", people);
        IEnumerable<string> joined = connection.Query<Person, Address, string>("select * from joined", (p, a) => Waits.Then($"{p.Name} in {a.Town}"), splitOn: "Town");
        dynamic row = connection.QueryFirst("select * from people");
        using SqlMapper.GridReader grid = connection.QueryMultiple("select * from people; select * from joined");
        string grids = $"{grid.Read<Person>().Count()} {grid.Read<Person>().Count()}";
        return $"{string.Join("|", people)} {first} {changed} {string.Join("|", joined)} {row.Name} {grids} {connection.ExecuteScalar<int>("select count(*)")}\n{string.Join("\n", connection.Log)}";
    }

    public sealed record Person
    {
        public int Id { get; set; }
        public string? Name { get; set { Waits.Once(); field = value; } }
        public decimal? Salary { get; set; }
    }

    public sealed record Address
    {
        public string? Town { get; set; }
    }
}
