namespace GreenThreads.Corpus;

/// <summary>Static constructors that wait (pinned: the runtime calls them) and lazily made statics.</summary>
public static class Statics
{
    private static class Configured
    {
        public static readonly string Value = Load();
        public static int Calls;

        private static string Load()
        {
            W.Wait();
            return "loaded" + W.Id(1);
        }

        public static string Get()
        {
            Calls++;
            return W.Id(Value) + Calls;
        }
    }

    [MayPin("a static constructor")]
    public static void FieldInitialiserWaits(Trace t)
    {
        t.Add(Configured.Get());
        t.Add(Configured.Get());
    }

    private sealed class Singleton
    {
        public static readonly Singleton Instance;
        private readonly int _n;

        static Singleton()
        {
            W.Wait();
            Instance = new Singleton(W.Id(7));
            // the class' own woven method, called while the class is initialised by a call of that very method
            s_early = Get();
        }

        private static readonly int s_early;

        private Singleton(int n)
        {
            W.Wait();
            _n = n;
        }

        public static int Get()
        {
            W.Wait();
            return Instance._n + s_early;
        }
    }

    [MayPin("a static constructor")]
    public static void ConstructorCallsItsOwnMethods(Trace t)
    {
        t.Add(Singleton.Get());
        t.Add(Singleton.Get());
    }

    private static class FailsToLoad
    {
        public static readonly int Value = W.Fail<int>("no value");

        public static int Get() => W.Id(Value);
    }

    [MayPin("a static constructor")]
    public static void ThrowingInitialiser(Trace t)
    {
        for (int i = 0; i < 2; i++)
        {
            try
            {
                t.Add(FailsToLoad.Get());
            }
            catch (TypeInitializationException e)
            {
                t.Log(e.InnerException!.Message);
            }
        }
    }

    private static string? s_lazy;

    public static void LazilyMade(Trace t)
    {
        t.Add(Lazily() + Lazily());
        s_lazy = null;
    }

    private static string Lazily() => s_lazy ??= W.Id("made");

    private static class PerType<T>
    {
        public static readonly string Name = W.Id(typeof(T).Name);

        public static string Get() => W.Id(Name);
    }

    [MayPin("a static constructor")]
    public static void GenericStatics(Trace t)
    {
        t.Add(PerType<int>.Get());
        t.Add(PerType<string>.Get());
        t.Add(PerType<object>.Get());
    }

    [ThreadStatic]
    private static int t_perThread;

    public static void ThreadStaticBetweenWaits(Trace t)
    {
        W.Wait();
        t_perThread = 5;
        t.Add(t_perThread);
    }

    private static readonly AsyncLocal<string?> s_local = new();

    public static void AsyncLocalFlows(Trace t)
    {
        s_local.Value = "outer";
        W.Wait();
        t.Add(s_local.Value);
        Inner(t);
        W.Wait();
        t.Add(s_local.Value);
        s_local.Value = null;
    }

    private static void Inner(Trace t)
    {
        W.Wait();
        t.Add(s_local.Value);
        s_local.Value = "changed";
    }

    private static class StaticCounter
    {
        private static int s_count;

        public static int Count
        {
            get => W.Id(s_count);
            set
            {
                W.Wait();
                s_count = value;
            }
        }
    }

    public static void StaticProperties(Trace t)
    {
        StaticCounter.Count = 0;
        StaticCounter.Count += 5;
        StaticCounter.Count++;
        t.Add(StaticCounter.Count);
    }

    private class BaseWithCctor
    {
        public static readonly List<string> Order = [];

        static BaseWithCctor()
        {
            W.Wait();
            Order.Add("base");
        }

        public virtual int M() => W.Id(1);
    }

    private sealed class DerivedWithCctor : BaseWithCctor
    {
        static DerivedWithCctor()
        {
            W.Wait();
            Order.Add("derived");
        }

        public override int M() => base.M() + W.Id(1);
    }

    [MayPin("static constructors")]
    public static void ConstructorsOfAHierarchy(Trace t)
    {
        BaseWithCctor b = new DerivedWithCctor();
        t.Add(b.M());
        t.Add(BaseWithCctor.Order.Count);
    }

    private static class Announced
    {
        static Announced() => s_log!.Log("static constructor");

        public static int Get(int n)
        {
            s_log!.Log("method");
            return W.Id(n);
        }
    }

    private struct AnnouncedStruct
    {
        public int N;

        static AnnouncedStruct() => s_log!.Log("static constructor of the struct");

        public readonly int Get()
        {
            s_log!.Log("method");
            return W.Id(N);
        }
    }

    private static Trace? s_log;

    public static void ConstructorRunsBeforeTheFirstCall(Trace t)
    {
        s_log = t;
        t.Add(Announced.Get(1));
        t.Add(Announced.Get(2));
        var announced = new AnnouncedStruct { N = 3 };
        t.Add(announced.Get());
    }
}
