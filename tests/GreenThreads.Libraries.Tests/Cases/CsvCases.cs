using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using CsvHelper.TypeConversion;
using GreenThreads.Libraries.Tests.Harness;

namespace GreenThreads.Libraries.Tests.Cases;

/// <summary>CsvHelper over readers, writers and converters that wait.</summary>
public static class CsvCases
{
    private const string Text = "Id,Name,When,Amount\n1,\"Ada, Countess\",2024-02-29,1.50\n2,\"Two\nlines\",2023-01-01,-3\n3,\"quote \"\" inside\",1999-12-31,1000000\n";

    [LibraryCase]
    public static string Records_are_read_and_written_back()
    {
        using var reader = new CsvReader(new SlowReader(Text), CultureInfo.InvariantCulture);
        reader.Context.RegisterClassMap<RowMap>();
        var rows = new List<Row>();
        foreach (Row row in reader.GetRecords<Row>()) rows.Add(Waits.Then(row));
        var output = new SlowWriter();
        using (var writer = new CsvWriter(output, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }))
        {
            writer.Context.RegisterClassMap<RowMap>();
            writer.WriteRecords(rows.OrderByDescending(r => Waits.Then(r.Id)));
        }
        return output + string.Join("|", rows);
    }

    [LibraryCase]
    public static string Bad_rows_are_reported_where_they_are()
    {
        var bad = new List<string>();
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            ReadingExceptionOccurred = e =>
            {
                Waits.Once();
                bad.Add($"{e.Exception.Context!.Parser!.Row}: {e.Exception.GetType().Name}");
                return false;
            },
        };
        using var reader = new CsvReader(new SlowReader("Id,Name,When,Amount\nx,a,2024-01-01,1\n2,b,2024-01-01,2\n3,c,never,3\n", 4), configuration);
        reader.Context.RegisterClassMap<RowMap>();
        return string.Join(";", reader.GetRecords<Row>().Select(r => r.Name)) + string.Join(";", bad);
    }

    public sealed record Row
    {
        public int Id { get; set; }
        public string Name { get; set; } = "";
        public DateOnly When { get; set; }
        public decimal Amount { get; set; }
    }

    private sealed class RowMap : ClassMap<Row>
    {
        public RowMap()
        {
            Map(r => r.Id);
            Map(r => r.Name).TypeConverter<SlowText>();
            Map(r => r.When);
            Map(r => r.Amount);
        }
    }

    private sealed class SlowText : StringConverter
    {
        public override object? ConvertFromString(string? text, IReaderRow row, MemberMapData data) => Waits.Then(text?.ToUpperInvariant());

        public override string? ConvertToString(object? value, IWriterRow row, MemberMapData data) => Waits.Then(((string?)value)?.ToLowerInvariant());
    }
}
