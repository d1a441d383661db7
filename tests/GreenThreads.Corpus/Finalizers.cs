namespace GreenThreads.Corpus;

/// <summary>Finalizers: run by a thread of the runtime, whose waits block it.</summary>
public static class Finalizers
{
    private const int MostCollections = 200;

    private class Resource(List<string> log, string name)
    {
        private readonly List<string> _log = log;
        private readonly string _name = name;

        ~Resource()
        {
            W.Wait();
            _log.Add("finalized " + W.Id(_name));
        }

        public string Use() => W.Id(_name);
    }

    private sealed class Derived(List<string> log) : Resource(log, "base")
    {
        private readonly List<string> _log = log;

        ~Derived() => _log.Add("finalized " + Describe());

        private string Describe() => W.Id("derived") + W.Id(1);
    }

    // Not a local of a method that waits: a frame would keep it.
    [NotWoven, MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(List<string> log, bool isDerived) => _ = isDerived ? new Derived(log) : new Resource(log, "one");

    private static void Collect(List<string> log, int expected)
    {
        for (int i = 0; i < MostCollections && log.Count < expected; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            W.Wait();
        }
    }

    [MayPin("what waits for finalizers blocks")]
    public static void AFinalizerWaits(Trace t)
    {
        var log = new List<string>();
        Abandon(log, isDerived: false);
        Collect(log, 1);
        t.Add(log);
    }

    [MayPin("what waits for finalizers blocks")]
    public static void FinalizersOfAHierarchyWait(Trace t)
    {
        var log = new List<string>();
        Abandon(log, isDerived: true);
        Collect(log, 2);
        t.Add(log);
    }

    public static void OneThatIsSuppressed(Trace t)
    {
        var log = new List<string>();
        var resource = new Resource(log, "suppressed");
        GC.SuppressFinalize(resource);
        t.Add(resource.Use());
        t.Add(log);
    }
}
