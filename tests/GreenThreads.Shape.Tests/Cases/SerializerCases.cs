using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Runtime.Serialization;
using System.Text;
using System.Xml.Serialization;
using GreenThreads.Shape.Tests.Harness;
using GreenThreads.Shape.Tests.Types;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace GreenThreads.Shape.Tests.Cases;

/// <summary>Other code of the framework that goes by a type's members: XML, contracts, validation, binding, containers.</summary>
public static class SerializerCases
{
    [ShapeCase(Waits.SuspendAndPin)]
    public static string XmlSerializer_writes_and_reads()
    {
        var report = new Report();
        var serializer = new XmlSerializer(typeof(Order));
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        serializer.Serialize(writer, new Order { Id = 3, Customer = "Ada", Lines = { new OrderLine("tea", 2) } });
        report.Add(writer.ToString());
        var again = (Order)serializer.Deserialize(new StringReader(writer.ToString()))!;
        report.Add($"{again.Id} {again.Customer} {again.Total}");
        return report.ToString();
    }

    [ShapeCase(Waits.SuspendAndPin)]
    public static string DataContractSerializer_writes_and_reads()
    {
        var report = new Report();
        var serializer = new DataContractSerializer(typeof(Order));
        using var stream = new MemoryStream();
        serializer.WriteObject(stream, new GiftOrder { Id = 3, Customer = "Ada", From = "Alan" });
        report.Add(Encoding.UTF8.GetString(stream.ToArray()));
        stream.Position = 0;
        var again = (GiftOrder)serializer.ReadObject(stream)!;
        report.Add($"{again.Id} {again.Customer} {again.From}");
        return report.ToString();
    }

    [ShapeCase(Waits.SuspendAndPin)]
    public static string Validator_and_TypeDescriptor_see_the_same_properties()
    {
        var report = new Report();
        var order = new Order { Id = 700, Customer = "much too long" };
        var results = new List<ValidationResult>();
        report.Add(Validator.TryValidateObject(order, new ValidationContext(order), results, validateAllProperties: true));
        report.AddAll(results.Select(r => r.ErrorMessage).Order());
        foreach (PropertyDescriptor property in TypeDescriptor.GetProperties(order)) report.Add($"{property.Name} {property.PropertyType} {property.Attributes.Count} {property.GetValue(order) is null}");
        return report.ToString();
    }

    [ShapeCase(Waits.SuspendAndPin)]
    public static string A_container_finds_constructors_and_configuration_is_bound()
    {
        var report = new Report();
        ServiceProvider services = new ServiceCollection()
            .AddSingleton<IStore>(_ => new Store(Slow.Id("made by a factory")))
            .AddTransient<Consumer>()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
        report.Add(services.GetRequiredService<Consumer>().Describe());
        report.Add(ActivatorUtilities.CreateInstance<Consumer>(services, "given").Describe());
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Id"] = "12", ["Customer"] = "bound", ["Lines:0:Price"] = "3.5",
        }).Build();
        Order order = configuration.Get<Order>()!;
        report.Add($"{order.Id} {order.Customer} {order.Total}");
        return report.ToString();
    }

    /// <summary>Has two constructors, of which a container takes the one that it can fill.</summary>
    public sealed class Consumer
    {
        private readonly IStore _store;
        private readonly string _note;

        public Consumer(IStore store)
        {
            _store = Slow.Id(store);
            _note = "by the container";
        }

        public Consumer(IStore store, string note)
        {
            _store = store;
            _note = Slow.Id(note);
        }

        public string Describe() => $"{_store.Name} {_note} {Slow.Id(_store.Describe())}";
    }
}
