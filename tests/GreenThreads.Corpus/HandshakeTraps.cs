using System.Reflection;

namespace GreenThreads.Corpus;

/// <summary>Frames that are not woven between woven ones: they must never be unwound.</summary>
[MayPin("a frame that is not woven lies between")]
public static class HandshakeTraps
{
    private sealed class Echo(string name, Trace t) : IGreeter
    {
        public string Name()
        {
            t.Log("name in");
            W.Wait();
            t.Log("name out");
            return name;
        }
    }

    public static void ForeignDecorator(Trace t)
    {
        IGreeter greeter = new ForeignGreeter(new Echo("x", t), t);
        t.Add(greeter.Name());
        t.Add(greeter.Greet());
    }

    public static void ForeignDecoratorsAndWovenOnes(Trace t)
    {
        IGreeter greeter = new Echo("y", t);
        for (int i = 0; i < 2; i++) greeter = new WovenGreeter(new ForeignGreeter(new WovenGreeter(greeter, t), t), t);
        t.Add(greeter.Greet());
    }

    private class Template(Trace trace) : ForeignTemplate(trace)
    {
        protected override int Step(int value)
        {
            W.Wait();
            Trace.Log("step");
            return W.Id(value * 2);
        }
    }

    private sealed class OverridesRun(Trace trace) : Template(trace)
    {
        public override int Run(int value) => base.Run(W.Id(value)) + base.Run(W.Id(value + 1));

        public override int Down(int depth)
        {
            Trace.Log("woven down " + depth);
            W.Wait();
            return base.Down(depth) + W.Id(0);
        }
    }

    public static void ForeignBaseClass(Trace t)
    {
        ForeignTemplate template = new Template(t);
        t.Add(template.Run(5));
        template = new OverridesRun(t);
        t.Add(template.Run(5));
    }

    public static void ForeignRecursionThroughTheSameSlot(Trace t)
    {
        ForeignTemplate template = new OverridesRun(t);
        t.Add(template.Down(3));
    }

    public static void SameReceiverCalledBack(Trace t)
    {
        var target = new Echoing(t);
        Func<object, string> callback = target.Answer;
        t.Add(callback(target));
        Func<Func<object, string>, Trace, string> reenter = target.Reenter;
        t.Add(reenter(target.Answer, t));
    }

    private sealed class Echoing(Trace t)
    {
        public string Answer(object who)
        {
            t.Log("answer in");
            W.Wait();
            t.Log("answer out");
            return ReferenceEquals(who, this) ? "me" : "other";
        }
    }

    public static void ListForEachOnTheSameTarget(Trace t)
    {
        var adder = new Adder(t);
        Action<int> outer = adder.Each;
        outer(10);
        t.Add(adder.Sum);
    }

    private sealed class Adder(Trace t)
    {
        public int Sum;

        public void Each(int value)
        {
            t.Log("each " + value);
            W.Wait();
            if (value == 10) new List<int> { 1, 2, 3 }.ForEach(Each);
            W.Wait();
            Sum += value;
        }
    }

    public static void Multicast(Trace t)
    {
        Action<int>? all = null;
        for (int i = 0; i < 3; i++)
        {
            int n = i;
            all += value =>
            {
                t.Log($"in {n} {value}");
                W.Wait();
                t.Log($"out {n} {value}");
            };
        }
        all!(7);
        all -= all;
        t.Add(all is null);
    }

    public static void MulticastWithResult(Trace t)
    {
        var adder = new Echoing(t);
        Func<object, string> twice = adder.Answer;
        twice += adder.Answer;
        t.Add(twice(adder));
    }

    public static void MulticastThatThrows(Trace t)
    {
        Action all = () => t.Log("one " + W.Id(1));
        all += () => W.Fail("second");
        all += () => t.Log("never");
        try
        {
            all();
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    public static void StaticMethodGroupCalledByForeignCode(Trace t)
    {
        t.Add(Foreign.Twice(1, Increment));
        t.Add(Foreign.Call(Seven));
    }

    private static int Increment(int n)
    {
        W.Wait();
        return n + 1;
    }

    private static int Seven() => W.Id(7);

    public static void ForeignInsideWovenInsideForeign(Trace t)
    {
        int Outer(int n)
        {
            t.Log("outer " + n);
            return n == 0 ? W.Id(0) : Foreign.Call(() => Outer(n - 1) + W.Id(1));
        }
        t.Add(Outer(4));
    }

    public static void Reflection(Trace t)
    {
        MethodInfo increment = typeof(HandshakeTraps).GetMethod(nameof(Increment), BindingFlags.NonPublic | BindingFlags.Static)!;
        t.Add(increment.Invoke(null, [W.Id(4)]));
        var echo = new Echo("reflected", t);
        t.Add(typeof(IGreeter).GetMethod(nameof(IGreeter.Name))!.Invoke(echo, null));
        MethodInfo fail = typeof(HandshakeTraps).GetMethod(nameof(FailLate), BindingFlags.NonPublic | BindingFlags.Static)!;
        try
        {
            fail.Invoke(null, null);
        }
        catch (TargetInvocationException e)
        {
            t.Caught(e.InnerException!);
        }
        object made = Activator.CreateInstance(typeof(MadeByReflection), t)!;
        t.Add(((MadeByReflection)made).Value);
    }

    private static void FailLate() => W.Fail("late");

    private sealed class MadeByReflection
    {
        public int Value;

        public MadeByReflection(Trace t)
        {
            t.Log("constructing");
            Value = W.Id(3);
        }
    }

    public static void DynamicInvoke(Trace t)
    {
        Func<int, int> increment = Increment;
        t.Add(increment.DynamicInvoke(W.Id(5)));
        Func<int> seven = Delegate.CreateDelegate(typeof(Func<int>), typeof(HandshakeTraps), nameof(Seven)) as Func<int> ?? throw new CorpusException("?");
        t.Add(seven());
    }

    public class Proxy : DispatchProxy
    {
        public object? Target;
        public Trace? Trace;

        protected override object? Invoke(MethodInfo? method, object?[]? arguments)
        {
            Trace!.Log("proxy " + method!.Name);
            W.Wait();
            object? result = method.Invoke(Target, arguments);
            W.Wait();
            return result;
        }
    }

    public static void DispatchProxies(Trace t)
    {
        IGreeter greeter = DispatchProxy.Create<IGreeter, Proxy>();
        ((Proxy)(object)greeter).Target = new Echo("proxied", t);
        ((Proxy)(object)greeter).Trace = t;
        t.Add(greeter.Name());
        t.Add(greeter.Greet());
    }

    [NotWoven]
    private static int NotWovenMethod(Func<int> callback) => callback() + 1;

    public static void NotWovenMethodInBetween(Trace t) => t.Add(NotWovenMethod(() => NotWovenMethod(() => W.Id(1))));

    public static void ExceptionThroughForeignFrames(Trace t)
    {
        try
        {
            new List<int> { 1, 2 }.ForEach(n =>
            {
                W.Wait();
                if (n == 2) W.Fail("through");
                t.Log("passed " + n);
            });
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        finally
        {
            t.Log("finally");
        }
    }

    public static void ThreadsInside(Trace t)
    {
        int result = 0;
        var thread = new Thread(() => result = W.Id(Fold(5)));
        thread.Start();
        thread.Join();
        t.Add(result);
    }

    private static int Fold(int n) => n == 0 ? W.Id(0) : Fold(n - 1) + n;
}
