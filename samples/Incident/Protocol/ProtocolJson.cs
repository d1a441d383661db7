using System.Text.Json.Serialization;

namespace Incident.Protocol;

/// <summary>The JSON of the lines between the processes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(Command))]
[JsonSerializable(typeof(Event))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
