using System.ComponentModel;

namespace GreenThreads.Continuations;

/// <summary>Written by the weaver on every assembly that it has woven.</summary>
/// <param name="signature">Version and options of the weaver: an assembly is woven once.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class WovenAttribute(string signature) : Attribute
{
    /// <summary>Version and options of the weaver.</summary>
    public string Signature { get; } = signature;
}
