using System.Runtime.CompilerServices;

namespace GreenThreads.Libraries.Tests.Harness;

/// <summary>Switches the hooks on that suspend after calls of woven code, before anything woven runs.</summary>
internal static class ForceSuspensions
{
    public static readonly string Seed = Environment.GetEnvironmentVariable("GREENTHREADS_TEST_SEED") ?? Environment.TickCount.ToString();

#pragma warning disable CA2255 // the process must be told before the first woven method runs
    [ModuleInitializer]
    public static void Initialize() => Environment.SetEnvironmentVariable("GREENTHREADS_CHAOS", Seed);
#pragma warning restore CA2255
}
