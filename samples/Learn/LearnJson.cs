using System.Text.Json.Serialization;
using Learn.Experiments;
using Learn.Lessons;
using Learn.Progress;

namespace Learn;

/// <summary>What this program reads and writes as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = false, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Lesson[]))]
[JsonSerializable(typeof(ExperimentLine))]
[JsonSerializable(typeof(MeasuredRun))]
[JsonSerializable(typeof(ProgressDocument))]
internal sealed partial class LearnJson : JsonSerializerContext;
