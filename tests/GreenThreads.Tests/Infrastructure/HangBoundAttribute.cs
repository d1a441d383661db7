using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

namespace GreenThreads.Tests.Infrastructure;

/// <summary>
/// Turns a hang into a failure: a test that runs longer than the bound fails with a dump of all green threads, and the
/// run goes on. On the assembly it holds for every test; on a class or a method it replaces that bound.
/// </summary>
/// <param name="seconds">The bound; multiplied by the environment variable GREENTHREADS_TEST_PATIENCE on slow machines.</param>
/// <remarks>See <see cref="HangWatch"/> for how a test is stopped.</remarks>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Method)]
public sealed class HangBoundAttribute(int seconds = HangBoundAttribute.DefaultSeconds) : BeforeAfterTestAttribute
{
    /// <summary>The bound of a test that names none.</summary>
    public const int DefaultSeconds = 60;

    // An attribute object is shared by all tests that it covers. One entry per running test; added by Before, removed by After.
    private static readonly ConcurrentDictionary<string, HangWatch> s_watches = new();

    /// <summary>The bound in seconds, before the patience factor.</summary>
    public int Seconds { get; } = seconds;

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        // The attributes of assembly, class and method all run: whichever comes first starts the watch.
        s_watches.GetOrAdd(
            test.UniqueID,
            static (_, started) => new HangWatch(
                started.test.TestDisplayName,
                BoundOf(Innermost(started.methodUnderTest).Seconds),
                interruptible: started.methodUnderTest.ReturnType == typeof(void)),
            (test, methodUnderTest));
    }

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (s_watches.TryRemove(test.UniqueID, out HangWatch? watch)) watch.End();
    }

    private static HangBoundAttribute Innermost(MethodInfo method) =>
        method.GetCustomAttribute<HangBoundAttribute>()
        ?? method.ReflectedType?.GetCustomAttribute<HangBoundAttribute>()
        ?? method.Module.Assembly.GetCustomAttribute<HangBoundAttribute>()!;

    private static TimeSpan BoundOf(int seconds)
    {
        string? patience = Environment.GetEnvironmentVariable("GREENTHREADS_TEST_PATIENCE");
        return TimeSpan.FromSeconds(seconds * (double.TryParse(patience, out double factor) && factor > 0 ? factor : 1));
    }
}
