namespace GreenThreads.Corpus;

/// <summary>dynamic: the binder is foreign code.</summary>
[MayPin("the dynamic binder lies between")]
public static class Dynamics
{

    public static void Calls(Trace t)
    {
        dynamic d = new PublicTarget();
        t.Add((object)d.Call(W.Id(5)));
        t.Add((object)d.Call(W.Id("x")));
        d.Number += W.Id(4);
        t.Add((object)d.Number);
    }

    public sealed class PublicTarget
    {
        public int Number { get; set; } = 3;

        public string Call(int n)
        {
            W.Wait();
            return "int " + n;
        }

        public string Call(string s) => W.Id("string ") + s;
    }

    public static void Operators(Trace t)
    {
        dynamic a = W.Id(5), b = W.Id(2.5);
        t.Add((object)(a + b));
        W.Wait();
        t.Add((object)(a > b));
    }

    public static void BinderThrows(Trace t)
    {
        dynamic d = W.Id("text");
        try
        {
            d.NoSuchMember(W.Id(1));
        }
        catch (Exception e)
        {
            t.Log(e.GetType().Name);
        }
    }
}
