using System.ComponentModel;

namespace GreenThreads.Continuations;

/// <summary>
/// The same where the frame class has no type parameters: in metadata a type argument takes a tenth of the bytes of a name in
/// an attribute's arguments, and every woven method has one.
/// </summary>
/// <typeparam name="TFrame">The frame class of the method, which also holds its woven body.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor)]
public sealed class WovenMethodAttribute<TFrame>() : WovenMethodAttribute(typeof(TFrame));
