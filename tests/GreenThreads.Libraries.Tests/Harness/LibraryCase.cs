namespace GreenThreads.Libraries.Tests.Harness;

/// <summary>Real work of a library, with waits in what it calls back; its result as text.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LibraryCaseAttribute : Attribute;
