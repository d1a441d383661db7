namespace GreenThreads.Corpus;

/// <summary>Delegates, lambdas, closures, events and method groups called from woven code.</summary>
public static class Delegates
{
    public static void Lambda(Trace t)
    {
        Func<int, int> twice = n => W.Id(n) * 2;
        t.Add(twice(4));
        Func<int> constant = static () => W.Id(9);
        t.Add(constant());
    }

    public static void Closure(Trace t)
    {
        int count = 0;
        string text = "";
        Action<string> append = s =>
        {
            count++;
            W.Wait();
            text += s + count;
        };
        append("a");
        append(W.Id("b"));
        count += 10;
        append("c");
        t.Add(text);
        t.Add(count);
    }

    public static void CapturedLoopVariable(Trace t)
    {
        var all = new List<Func<int>>();
        for (int i = 0; i < 3; i++)
        {
            int copy = W.Id(i);
            all.Add(() => W.Id(copy) * 10 + i);
        }
        foreach (int n in new[] { 7, 8 }) all.Add(() => W.Id(n));
        foreach (Func<int> each in all) t.Add(each());
    }

    public static void NestedClosures(Trace t)
    {
        int a = 1;
        Func<int, Func<int, int>> add = b =>
        {
            int local = W.Id(a) + b;
            return c =>
            {
                a++;
                W.Wait();
                local += c;
                return local + a;
            };
        };
        Func<int, int> inner = add(10);
        t.Add(inner(100));
        t.Add(inner(100));
        t.Add(add(20)(1));
    }

    public static void ClosureOverThis(Trace t) => new Owner("owner").Run(t);

    private sealed class Owner(string name)
    {
        private int _calls;

        public void Run(Trace t)
        {
            Func<string> describe = () => W.Id(name) + ++_calls;
            t.Add(describe() + describe());
            Func<int, string> withArgument = Member;
            t.Add(withArgument(5));
        }

        private string Member(int n)
        {
            W.Wait();
            return name + n;
        }
    }

    public static void StaticMethodGroup(Trace t)
    {
        Func<int, int> twice = Twice;
        t.Add(twice(5));
        t.Add(Apply(Twice, 6));
    }

    private static int Twice(int n) => W.Id(n) * 2;

    private static int Apply(Func<int, int> f, int n)
    {
        int first = f(n);
        W.Wait();
        return f(first);
    }

    public static void ExtensionMethodGroup(Trace t)
    {
        Func<int, string> repeat = "ab".Repeat;
        t.Add(repeat(3));
    }

    private static string Repeat(this string s, int n)
    {
        string result = "";
        for (int i = 0; i < n; i++) result += W.Id(s);
        return result;
    }

    public static void InterfaceMethodGroup(Trace t)
    {
        IGreeter greeter = new Named("group");
        Func<string> name = greeter.Name;
        t.Add(name());
        Func<string> greet = greeter.Greet;
        t.Add(greet());
    }

    private sealed class Named(string name) : IGreeter
    {
        public string Name() => W.Id(name);
    }

    public static void VirtualMethodGroup(Trace t)
    {
        Base each = new Derived();
        Func<string> virtualGroup = each.Who;
        t.Add(virtualGroup());
        t.Add(((Derived)each).BaseGroup()());
    }

    private class Base
    {
        public virtual string Who() => W.Id("base");
    }

    private sealed class Derived : Base
    {
        public override string Who() => W.Id("derived");

        public Func<string> BaseGroup() => base.Who;
    }

    public static void GenericMethodGroup(Trace t)
    {
        Func<int, int> number = W.Id;
        Func<string, string> text = W.Id;
        t.Add(number(4));
        t.Add(text("four"));
        Func<Guid, string> formatted = Format;
        t.Add(formatted(Guid.Empty));
    }

    private static string Format<T>(T value)
    {
        W.Wait();
        return typeof(T).Name + value;
    }

    public static void Variance(Trace t)
    {
        Func<object> covariant = new Func<string>(() => W.Id("text"));
        t.Add(covariant());
        Action<string> contravariant = new Action<object>(o => t.Add(W.Id(o)));
        contravariant("object");
        Func<object> group = Text;
        t.Add(group());
    }

    private static string Text() => W.Id("method text");

    public static void RecursionThroughDelegate(Trace t)
    {
        Func<int, int>? factorial = null;
        factorial = n => n <= 1 ? W.Id(1) : n * factorial!(n - 1);
        t.Add(factorial(10));
    }

    public static void DeepRecursionThroughDelegate(Trace t)
    {
        Func<int, int>? depth = null;
        depth = n => n == 0 ? W.Id(0) : 1 + depth!(n - 1);
        t.Add(depth(2000));
    }

    public static void ManyArguments(Trace t)
    {
        Func<int, string, double, bool, long, char, string> all = (a, b, c, d, e, f) =>
        {
            W.Wait();
            return $"{a}{b}{c}{d}{e}{f}";
        };
        t.Add(all(1, W.Id("b"), 2.5, W.Id(true), 3L, 'f'));
    }

    private delegate bool TryParse(string text, out int value, ref int calls);

    public static void CustomDelegateWithReferences(Trace t)
    {
        TryParse parse = (string text, out int value, ref int calls) =>
        {
            calls++;
            W.Wait();
            calls++;
            return int.TryParse(text, out value);
        };
        int calls = 0;
        t.Add(parse(W.Id("12"), out int twelve, ref calls));
        t.Add(twelve);
        t.Add(parse("x", out _, ref calls));
        t.Add(calls);
    }

    private delegate string Named2(int a, string b);

    public static void CustomDelegate(Trace t)
    {
        Named2 named = (a, b) => b + W.Id(a);
        t.Add(named(1, "n"));
        t.Add(named.Invoke(2, W.Id("m")));
    }

    public static void NullDelegate(Trace t)
    {
        Action? none = W.Id<Action?>(null);
        none?.Invoke();
        try
        {
            none!();
        }
        catch (NullReferenceException)
        {
            t.Log("null reference");
        }
    }

    private sealed class Publisher
    {
        public event Action<int>? Changed;

        public void Raise(int value) => Changed?.Invoke(W.Id(value));
    }

    public static void EventWithOneHandler(Trace t)
    {
        var publisher = new Publisher();
        publisher.Raise(0);
        publisher.Changed += n =>
        {
            W.Wait();
            t.Add("changed", n);
        };
        publisher.Raise(1);
        publisher.Raise(W.Id(2));
    }

    public static void EventWithManyHandlers(Trace t)
    {
        var publisher = new Publisher();
        for (int i = 0; i < 3; i++)
        {
            int id = i;
            publisher.Changed += n => t.Add("handler " + id, W.Id(n));
        }
        publisher.Raise(5);
    }

    public static void LocalFunctions(Trace t)
    {
        int offset = W.Id(3);
        t.Add(Static(4));
        t.Add(Generic("g"));
        Func<int, int> escaping = Escaping;
        t.Add(escaping(1));
        t.Add(Recursive(5));

        static int Static(int n) => W.Id(n) + 1;
        static string Generic<T>(T value) => W.Id(value) + "!";
        int Escaping(int n) => W.Id(n) + offset;
        static int Recursive(int n) => n == 0 ? W.Id(0) : Recursive(n - 1) + n;
    }

    public static void LocalFunctionWithStructClosure(Trace t)
    {
        int total = 0;
        string log = "";
        Add(1);
        Add(W.Id(2));
        Outer(5);
        t.Add(total);
        t.Add(log);

        void Add(int n)
        {
            W.Wait();
            total += n;
            log += n + ";";
        }

        void Outer(int n)
        {
            int local = n;
            Inner();
            Add(local);

            void Inner()
            {
                local++;
                W.Wait();
                local++;
                total += 100;
            }
        }
    }

    public static void LocalIteratorFunction(Trace t)
    {
        int limit = W.Id(3);
        foreach (int n in Numbers()) t.Add(n);

        IEnumerable<int> Numbers()
        {
            for (int i = 0; i < limit; i++)
            {
                W.Wait();
                yield return i;
            }
        }
    }

    public static void DelegateInStructField(Trace t)
    {
        var pair = (First: new Func<int>(() => W.Id(1)), Second: new Func<string>(() => W.Id("two")));
        t.Add(pair.First() + pair.Second());
        var map = new Dictionary<string, Func<int, int>> { ["add"] = n => W.Id(n) + 1, ["mul"] = n => W.Id(n) * 2 };
        t.Add(map["add"](1) + map["mul"](10));
    }

    public static void Pipeline(Trace t)
    {
        Func<Func<string, string>, Func<string, string>> wrap = next => s => "<" + next(W.Id(s)) + ">";
        Func<string, string> handler = s => W.Id(s + "!");
        for (int i = 0; i < 5; i++) handler = wrap(handler);
        t.Add(handler("core"));
    }

    public static void DelegateThatThrows(Trace t)
    {
        Func<int, int> fail = n => n > 0 ? W.Fail<int>("n=" + n) : W.Id(n);
        t.Add(fail(0));
        try
        {
            t.Add(fail(1));
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
    }

    [MayPin("a method group over a boxed struct: this is a reference")]
    public static void MethodGroupOfStruct(Trace t)
    {
        var counter = new StructCounter { Value = 5 };
        Func<int> next = counter.Next;
        t.Add(next());
        t.Add(next());
        t.Add(counter.Value);
    }

    private struct StructCounter
    {
        public int Value;

        public int Next()
        {
            Value++;
            W.Wait();
            return Value;
        }
    }

    public static void LambdaWithDefaultsAndParams(Trace t)
    {
        var add = (int a, int b = 10) => W.Id(a) + b;
        t.Add(add(1));
        t.Add(add(1, 2));
        var sum = (params int[] all) => all.Length + W.Id(0);
        t.Add(sum(1, 2, 3));
    }

    public static void DelegateEqualityIsKept(Trace t)
    {
        Func<int, int> a = Twice, b = Twice;
        W.Wait();
        t.Add(a == b);
        t.Add(a.Method.Name);
        t.Add(a.Target is null);
    }
}
