using System.Reflection;
using GreenThreads.Continuations;

namespace GreenThreads.Scheduling;

/// <summary>Facts about this copy of the library.</summary>
internal static class Runtime
{
    /// <summary>Whether the library has been woven. If not, every green thread is pinned for its whole life.</summary>
    internal static readonly bool IsWoven = typeof(Runtime).Assembly.IsDefined(typeof(WovenAttribute), inherit: false);
}
