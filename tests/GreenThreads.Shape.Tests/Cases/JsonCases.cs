using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GreenThreads.Shape.Tests.Harness;
using GreenThreads.Shape.Tests.Types;

namespace GreenThreads.Shape.Tests.Cases;

/// <summary>System.Text.Json, by reflection and by generated code, and Newtonsoft.Json.</summary>
public static class JsonCases
{
    [ShapeCase(Waits.SuspendAndPin)]
    public static string System_Text_Json_by_reflection() => WriteAndRead(new JsonSerializerOptions { TypeInfoResolver = new DefaultJsonTypeInfoResolver() });

    [ShapeCase(Waits.SuspendAndPin)]
    public static string System_Text_Json_by_generated_code() => WriteAndRead(OrdersContext.Default.Options);

    [ShapeCase(Waits.AreNone)]
    public static string System_Text_Json_sees_the_same_properties()
    {
        var report = new Report();
        JsonSerializerOptions options = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        foreach (Type type in new[] { typeof(GiftOrder), typeof(OrderLine), typeof(Point), typeof(Person), typeof(Employee), typeof(Store) })
            report.AddAll(options.GetTypeInfo(type).Properties.Select(p => $"{type.Name}.{p.Name} {p.PropertyType} {p.IsRequired} {p.Get is null} {p.Set is null}"));
        return report.ToString();
    }

    [ShapeCase(Waits.SuspendAndPin)]
    public static string Newtonsoft_Json()
    {
        var report = new Report();
        var settings = new Newtonsoft.Json.JsonSerializerSettings { TypeNameHandling = Newtonsoft.Json.TypeNameHandling.None, Formatting = Newtonsoft.Json.Formatting.Indented };
        string text = Newtonsoft.Json.JsonConvert.SerializeObject(MakeOrder(), settings);
        report.Add(text);
        GiftOrder again = Newtonsoft.Json.JsonConvert.DeserializeObject<GiftOrder>(text, settings)!;
        report.Add($"{again.Id} {again.Customer} {again.From} {again.Total}");
        report.Add(Newtonsoft.Json.JsonConvert.SerializeObject(new Employee("Alan", "Turing", 3) { Friends = { new Person("Ada", "Lovelace") } }));
        report.Add(Newtonsoft.Json.JsonConvert.DeserializeObject<Point>("""{"y":2,"x":1}""")!.X);
        return report.ToString();
    }

    private static GiftOrder MakeOrder() => new() { Id = 7, Customer = "Ada", From = "Alan", Lines = { new OrderLine("tea", 2.5m), new OrderLine("cake", 4) } };

    private static string WriteAndRead(JsonSerializerOptions options)
    {
        var report = new Report();
        string text = JsonSerializer.Serialize<Order>(MakeOrder(), options);
        report.Add(text);
        var again = (GiftOrder)JsonSerializer.Deserialize<Order>(text, options)!;
        report.Add($"{again.Id} {again.Customer} {again.From} {again.Total}");
        report.Add(JsonSerializer.Serialize(new[] { new Point(1, 2) }, options));
        report.Add(JsonSerializer.Deserialize<Point[]>("""[{"Y":5,"X":4}]""", options)![0].X);
        report.Add(JsonSerializer.Serialize(JsonSerializer.Deserialize<Tag>("\"a tag\"", options), options));
        report.Try(() => JsonSerializer.Deserialize<Order>("""{"Id":"x"}""", options));
        return report.ToString();
    }
}
