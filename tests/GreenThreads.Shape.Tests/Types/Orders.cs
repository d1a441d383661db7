using System.ComponentModel.DataAnnotations;
using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization;
using GreenThreads.Shape.Tests.Harness;

namespace GreenThreads.Shape.Tests.Types;

/// <summary>What serializers write and read: every accessor waits.</summary>
[JsonDerivedType(typeof(GiftOrder), "gift")]
[DataContract, KnownType(typeof(GiftOrder))]
[System.Xml.Serialization.XmlInclude(typeof(GiftOrder))]
public class Order
{
    [DataMember, Range(1, 100)]
    public int Id
    {
        get => Slow.Id(field);
        set => field = Slow.Id(value);
    }

    [DataMember, Required, StringLength(8)]
    public string? Customer
    {
        get => Slow.Id(field);
        set => field = Slow.Id(value);
    }

    [DataMember]
    public List<OrderLine> Lines { get; set; } = Slow.Id(new List<OrderLine>());

    [JsonIgnore, Newtonsoft.Json.JsonIgnore]
    public decimal Total => Slow.Id(Lines.Sum(l => l.Price));

    protected string Hidden => Slow.Id("hidden");

    [OnDeserialized]
    internal void Read(StreamingContext context) => Slow.Wait();

    public bool ShouldSerializeCustomer() => Slow.Id(true);
}

/// <summary>A derived one.</summary>
[DataContract]
public class GiftOrder : Order
{
    [DataMember, JsonPropertyName("from_whom")]
    public string From
    {
        get => Slow.Id(field);
        init => field = Slow.Id(value);
    } = "";
}

/// <summary>Read through its constructor.</summary>
public record OrderLine(string Text, decimal Price)
{
    public OrderLine()
        : this(Slow.Id("new"), 1)
    {
    }

    public decimal Price { get; set; } = Slow.Id(Price);
}

/// <summary>Read through a constructor with parameters only.</summary>
public sealed class Point
{
    [JsonConstructor]
    public Point(int x, int y)
    {
        X = Slow.Id(x);
        Y = y;
    }

    public int X { get; }

    public int Y { get; }
}

/// <summary>Written by its converter.</summary>
[JsonConverter(typeof(TagConverter))]
public sealed class Tag(string name)
{
    public string Name => Slow.Id(name);
}

/// <summary>A converter that waits.</summary>
public sealed class TagConverter : JsonConverter<Tag>
{
    public override Tag Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Slow.Id(new Tag(reader.GetString()!));

    public override void Write(Utf8JsonWriter writer, Tag value, JsonSerializerOptions options) => writer.WriteStringValue("#" + value.Name);
}

/// <summary>Code for the same types that the compiler's generator wrote, and the weaver wove.</summary>
[JsonSourceGenerationOptions(WriteIndented = false)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Point[]))]
[JsonSerializable(typeof(Tag))]
public sealed partial class OrdersContext : JsonSerializerContext;
