using GreenThreads.Libraries.Tests.Harness;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Newtonsoft.Json.Serialization;

namespace GreenThreads.Libraries.Tests.Cases;

/// <summary>Newtonsoft.Json over readers, writers, converters and properties that wait.</summary>
public static class JsonCases
{
    [LibraryCase]
    public static string A_graph_is_written_and_read_back()
    {
        var order = new Order
        {
            Id = 7,
            Customer = "Ada \"Lovelace\"",
            Placed = new DateTime(2024, 2, 29, 12, 30, 0, DateTimeKind.Utc),
            Lines = [new Line("tea", 2, 3.5m), new Line("cake\n", 1, 12.25m)],
            Tags = new Dictionary<string, object?> { ["gift"] = true, ["note"] = null, ["nested"] = new[] { 1, 2, 3 } },
        };
        var settings = new JsonSerializerSettings { Converters = { new SlowMoney() }, Formatting = Formatting.Indented, ContractResolver = new CamelCasePropertyNamesContractResolver() };
        JsonSerializer serializer = JsonSerializer.Create(settings);
        var writer = new SlowWriter();
        serializer.Serialize(writer, order);
        Order again = serializer.Deserialize<Order>(new JsonTextReader(new SlowReader(writer.ToString())))!;
        return writer + "\n" + JsonConvert.SerializeObject(again, settings);
    }

    [LibraryCase]
    public static string Linq_to_json_queries_and_changes_a_document()
    {
        JObject document = JObject.Load(new JsonTextReader(new SlowReader("""{"store":{"book":[{"price":8.95,"title":"Sayings"},{"price":12.99,"title":"Sword"},{"price":22.99,"title":"Ring"}],"bicycle":{"color":"red"}}}""", 3)));
        IEnumerable<string> cheap = document.SelectTokens("$.store.book[?(@.price < 20)].title").Select(t => Waits.Then((string)t!));
        string titles = string.Join("|", cheap);
        document["store"]!["bicycle"]!["wheels"] = new JArray(Enumerable.Range(1, 2).Select(i => Waits.Then(new JObject { ["number"] = i })));
        document.Merge(JObject.Parse("""{"store":{"open":true}}"""));
        return titles + document.ToString(Formatting.None);
    }

    [LibraryCase]
    public static string Errors_come_out_with_their_path()
    {
        var seen = new List<string>();
        var settings = new JsonSerializerSettings
        {
            Error = (_, error) =>
            {
                Waits.Once();
                seen.Add($"{error.ErrorContext.Path}: {error.ErrorContext.Error.Message}");
                error.ErrorContext.Handled = true;
            },
        };
        int[]? numbers = JsonConvert.DeserializeObject<int[]>("""[1,"x",3]""", settings);
        try
        {
            JsonSerializer.CreateDefault().Deserialize(new JsonTextReader(new SlowReader("""{"Id": 1, "Lines": [ {"Name": }""", 5)), typeof(Order));
        }
        catch (JsonReaderException e)
        {
            seen.Add($"{e.Path} {e.LineNumber},{e.LinePosition} {e.Message}");
        }
        return string.Join("\n", seen) + string.Join(",", numbers ?? []);
    }

    public sealed class Order
    {
        public int Id { get => Waits.Then(field); set; }
        public string? Customer { get; set { Waits.Once(); field = value; } }
        public DateTime Placed { get; set; }
        public List<Line> Lines { get; set; } = [];
        public Dictionary<string, object?> Tags { get; set; } = [];
    }

    public sealed record Line(string Name, int Count, decimal Price);

    // not sealed: its stubs look whether a derived class has the slot of the generic base, which is in another assembly
    private class SlowMoney : JsonConverter<decimal>
    {
        public override void WriteJson(JsonWriter writer, decimal value, JsonSerializer serializer)
        {
            Waits.Once();
            writer.WriteValue($"EUR {value.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
        }

        public override decimal ReadJson(JsonReader reader, Type type, decimal existing, bool hasExisting, JsonSerializer serializer)
        {
            Waits.Once();
            return decimal.Parse(((string)reader.Value!)[4..], System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
