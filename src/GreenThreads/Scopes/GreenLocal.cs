using System.Runtime.CompilerServices;
using GreenThreads.Continuations;
using GreenThreads.Scopes;

namespace GreenThreads;

/// <summary>
/// A variable of which every green thread has its own copy, and every OS thread too. Cheaper than
/// <see cref="AsyncLocal{T}"/>, and unlike <see cref="ThreadLocal{T}"/> it stays with the green thread when that moves to
/// another carrier.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <remarks>
/// Thread-safe: each thread has its own value. A thread that never uses a local pays nothing for it. The values live as long
/// as the thread; meant for a few static fields, each use searches the locals of the thread.
/// </remarks>
public sealed class GreenLocal<T> : IInheritedLocal
{
    private readonly Func<T>? _factory;
    private readonly bool _isInherited;

    /// <summary>Makes a local.</summary>
    /// <param name="factory">Makes the first value of each thread, on that thread when it is first read; null for the default of the type. May wait.</param>
    /// <param name="isInherited">Whether a green thread begins with the value that its starter has at that moment (a copy of the variable, not of the object).</param>
    public GreenLocal(Func<T>? factory = null, bool isInherited = false)
    {
        _factory = factory;
        _isInherited = isInherited;
        if (isInherited) LocalValues.AnyInherited();
    }

    /// <summary>The value of the calling thread. Suspends only if the factory does.</summary>
    /// <exception cref="Exception">What the factory threw; it is called again next time.</exception>
    public T Value
    {
        get
        {
            if (FindBox() is { } box) return box.Value!;
            if (_factory is null) return default!;
            T value = _factory();
            MakeBox().Value = value;
            return value;
        }
        set => MakeBox().Value = value;
    }

    /// <summary>Whether the calling thread has a value: it was set, inherited, or made by the factory.</summary>
    public bool HasValue => FindBox() is not null;

    object? IInheritedLocal.CopyForChild(object box) => _isInherited ? new StrongBox<T>(((StrongBox<T>)box).Value!) : null;

    [NotWoven]
    private StrongBox<T>? FindBox() =>
        Continuation.CurrentOrNull?.Locals?.Find(this) is { } box ? Unsafe.As<StrongBox<T>>(box) : null;

    [NotWoven]
    private StrongBox<T> MakeBox()
    {
        Continuation self = Continuation.Current;
        LocalValues values = self.Locals ??= new LocalValues();
        if (values.Find(this) is { } existing) return Unsafe.As<StrongBox<T>>(existing);
        var box = new StrongBox<T>();
        values.Add(this, box);
        return box;
    }
}
