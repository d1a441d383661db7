namespace GreenThreads;

/// <summary>
/// Keeps the weaver away from a method, a type or an assembly: its code stays as compiled. A wait below such a method
/// blocks the carrier (the green thread is pinned).
/// </summary>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface
    | AttributeTargets.Method | AttributeTargets.Constructor)]
public sealed class NotWovenAttribute : Attribute;
