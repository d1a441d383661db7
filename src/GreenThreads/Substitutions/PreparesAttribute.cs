namespace GreenThreads.Substitutions;

/// <summary>On substitutes that never wait: they make an object such that its later calls suspend. For the list of blocking calls.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PreparesAttribute : Attribute;
