using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using GreenThreads.Continuations;

namespace GreenThreads.Twins;

// Both members are virtual, and a class may override one without the other. Stream.ReadAsync, for one, calls Read on a
// thread of the pool where a class overrides only Read: then Read is what is to be called, as written. So is it where
// the override is woven, and suspends by itself.

/// <summary>Decides, by the type of the receiver, whether the twin of a virtual blocking member is called.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class TwinSite
{
    private readonly MethodInfo _blocking;
    private readonly MethodInfo[] _twins;
    private readonly ConditionalWeakTable<Type, object> _answers = [];

    // The last answer. A race replaces one right answer by another.
    private volatile Answer? _last;

    /// <summary>For a pair of members.</summary>
    /// <param name="blocking">The blocking member.</param>
    /// <param name="twin">Its twin.</param>
    public TwinSite(RuntimeMethodHandle blocking, RuntimeMethodHandle twin)
        : this(Of(blocking), Of(twin))
    {
    }

    internal TwinSite(MethodInfo blocking, params MethodInfo[] twins)
    {
        _blocking = blocking;
        _twins = twins;
    }

    /// <summary>Whether the twin is to be called: on a green thread, and the receiver's class implements it along with the member.</summary>
    /// <param name="receiver">The receiver; may be null, which the blocking call will object to.</param>
    [NotWoven]
    public bool Applies(object? receiver) =>
        receiver is not null && Continuation.CurrentOrNull is GreenThread && AppliesTo(receiver.GetType());

    private static MethodInfo Of(RuntimeMethodHandle handle) => (MethodInfo)MethodBase.GetMethodFromHandle(handle)!;

    private bool AppliesTo(Type type)
    {
        Answer? last = _last;
        if (last is null || last.Type != type) _last = last = new Answer(type, (bool)_answers.GetValue(type, Decide));
        return last.Applies;
    }

    private object Decide(Type type)
    {
        Type? blocking = Implementer(type, _blocking);
        if (blocking is null || blocking.Assembly.IsDefined(typeof(WovenAttribute))) return false;
        foreach (MethodInfo twin in _twins)
        {
            if (Implementer(type, twin) is { } implementer && implementer.IsAssignableTo(blocking)) return true;
        }
        return false;
    }

    // The class whose method a virtual call of the member reaches; null where reflection does not know it (trimmed away).
    [UnconditionalSuppressMessage("Trimming", "IL2072", Justification = "A method that was trimmed away leaves the blocking call, which is right as well.")]
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "A method that was trimmed away leaves the blocking call, which is right as well.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A method that was trimmed away leaves the blocking call, which is right as well.")]
    private static Type? Implementer(Type type, MethodInfo member)
    {
        if (!member.IsVirtual) return member.DeclaringType;
        if (member.DeclaringType!.IsInterface)
        {
            try
            {
                InterfaceMapping map = type.GetInterfaceMap(member.DeclaringType);
                int index = Array.IndexOf(map.InterfaceMethods, member);
                return index < 0 ? null : map.TargetMethods[index].DeclaringType;
            }
            catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
            {
                return null;
            }
        }
        MethodInfo root = member.GetBaseDefinition();
        Type[] parameters = Array.ConvertAll(member.GetParameters(), p => p.ParameterType);
        for (Type? at = type; at is not null; at = at.BaseType)
        {
            MethodInfo? own = at.GetMethod(member.Name,
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly, parameters);
            if (own is not null && own.IsVirtual && own.GetBaseDefinition() == root) return at;
        }
        return null;
    }

    private sealed class Answer(Type type, bool applies)
    {
        internal Type Type { get; } = type;

        internal bool Applies { get; } = applies;
    }
}
