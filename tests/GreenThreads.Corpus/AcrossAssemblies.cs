namespace GreenThreads.Corpus;

/// <summary>Calls into and out of the woven library.</summary>
public static class AcrossAssemblies
{
    public static void StaticGenericHelpers(Trace t)
    {
        t.Add(Helpers.Map([1, 2, 3], n => W.Id(n) * 2));
        t.Add(Helpers.Map(["a", "b"], s => W.Id(s).Length));
        t.Add(Helpers.Reduce([1, 2, 3, 4], 0, (a, b) => W.Id(a) + b));
        t.Add(Helpers.Compose<int, string, int>(n => W.Id("n" + n), s => W.Id(s.Length))(W.Id(123)));
    }

    public static void IteratorOfTheLibrary(Trace t)
    {
        foreach (int n in Helpers.Range(W.Id(3))) t.Add(W.Id(n));
        foreach ((int, string) p in Helpers.Zip(Helpers.Range(3), new[] { "x", "y" })) t.Add(p);
    }

    public static void LibraryCallsBack(Trace t)
    {
        t.Add(Helpers.Retry(3, attempt => attempt < 3 ? W.Fail<string>("attempt " + attempt) : W.Id("done"), t.Caught));
        try
        {
            Helpers.Retry<int>(2, attempt => W.Fail<int>("always"), t.Caught);
        }
        catch (CorpusException e)
        {
            t.Log("gave up");
            t.Caught(e);
        }
    }

    public static void GenericClassOfTheLibrary(Trace t)
    {
        var pair = new Helpers.Pair<int, string>(W.Id(1), "one");
        t.Add(pair.First());
        t.Add(pair.Swap().First());
        t.Add(pair.With(2.5).Second());
    }

    public static void InterfaceOfTheLibraryImplementedHere(Trace t)
    {
        t.Add(Helpers.NamesOf([new Here("a"), new Here("b")]));
        t.Add(Helpers.Drain(new Countdown(3)));
    }

    private sealed class Here(string name) : IGreeter
    {
        public string Name() => W.Id(name);
    }

    private sealed class Countdown(int n) : ISource<int>
    {
        public int Next() => W.Id(--n);
    }

    public static void ReferencesAcross(Trace t)
    {
        int n = 1;
        Helpers.AddTo(ref n, W.Id(4));
        t.Add(n);
        t.Add(Helpers.TryHalf(W.Id(8), out int half));
        t.Add(half);
    }

    public static void ExtensionsOfTheLibrary(Trace t) => t.Add("ab".Twice().Twice());

    public static void ExceptionsFromTheLibrary(Trace t)
    {
        try
        {
            t.Add(Helpers.Depth(20));
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void StructsOfTheLibrary(Trace t)
    {
        Helpers.Vector v = Helpers.Vector.Make(W.Id(1), 2) + Helpers.Vector.Make(3, W.Id(4));
        t.Add(v.X * 10 + v.Y);
    }

    public static void ConstructorsOfTheLibrary(Trace t) => t.Add(new Helpers.Waiting(W.Id("made")).Text);

    private sealed class DerivedWaiting(int n) : Helpers.Waiting(W.Id("derived" + n))
    {
        public readonly int N = W.Id(n);

        protected override string Suffix() => base.Suffix() + W.Id("!");
    }

    public static void DerivedConstructor(Trace t)
    {
        var d = new DerivedWaiting(5);
        t.Add(d.Text);
        t.Add(d.N);
    }

    public static void ProtectedAndInterfaceEvents(Trace t)
    {
        var bell = new Helpers.Bell();
        bell.Rang += n => t.Add("rang", W.Id(n));
        bell.Ring(W.Id(3));
    }
}
