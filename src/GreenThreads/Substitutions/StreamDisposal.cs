using System.ComponentModel;
using System.Reflection;
using GreenThreads.Twins;

namespace GreenThreads.Substitutions;

/// <summary>
/// What a <c>using</c> block of a stream or writer ends with in woven code: what is left in its buffer goes out by the asynchronous
/// twin. For code that the weaver emits.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class StreamDisposal
{
    private static readonly TwinSite s_text = SiteOf(typeof(TextWriter), nameof(TextWriter.DisposeAsync));
    private static readonly TwinSite s_binary = SiteOf(typeof(BinaryWriter), nameof(BinaryWriter.DisposeAsync));

    /// <summary>Disposes it; suspends a green thread while it flushes.</summary>
    /// <param name="disposable">The stream or writer.</param>
    public static void Dispose(IDisposable disposable)
    {
        if (disposable is Stream stream) StreamSubstitutions.Dispose(stream);
        else if (DisposesByTwin(disposable)) StreamTwins.Dispose((IAsyncDisposable)disposable);
        else disposable.Dispose();
    }

    [NotWoven]
    private static bool DisposesByTwin(IDisposable disposable) =>
        disposable is TextWriter ? disposable.GetType() != typeof(StringWriter) && s_text.Applies(disposable) : disposable is BinaryWriter && s_binary.Applies(disposable);

    private static TwinSite SiteOf(Type type, string twin) =>
        new(type.GetMethod(nameof(IDisposable.Dispose), BindingFlags.Instance | BindingFlags.NonPublic, [typeof(bool)])!, type.GetMethod(twin)!);
}
