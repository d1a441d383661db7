namespace GreenThreads.Substitutions;

/// <summary>On a substitute, or a class of them: the plain call is made on an OS thread of the blocking pool.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class OffloadsAttribute : Attribute;
