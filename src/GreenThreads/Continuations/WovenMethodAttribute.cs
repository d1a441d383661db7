using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace GreenThreads.Continuations;

/// <summary>
/// Written by the weaver on every method that it has woven: where its woven body is. Stack traces show the body under the
/// name and the signature of this method, as they do for the classes that the compiler makes of iterators.
/// </summary>
/// <param name="frame">The frame class of the method, which also holds its woven body.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor)]
public class WovenMethodAttribute(Type frame) : StateMachineAttribute(frame);
