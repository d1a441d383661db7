using System.Text.Json.Serialization;

namespace Incident.Protocol;

/// <summary>How a server runs its connections.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServeMode>))]
internal enum ServeMode
{
    /// <summary>An OS thread per connection.</summary>
    [JsonStringEnumMemberName("threads")]
    Threads,

    /// <summary>The async rewrite of the handler.</summary>
    [JsonStringEnumMemberName("async")]
    Async,

    /// <summary>A green thread per connection.</summary>
    [JsonStringEnumMemberName("green")]
    Green,
}
