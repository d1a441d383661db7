namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>
/// Makes a random program from a seed: a class with a case that calls a handful of methods, each of which calls only
/// later ones, so that it ends.
/// </summary>
internal static class ProgramGenerator
{
    private const int Depth = 2;

    /// <summary>What all generated programs share: a context with state and things to call, all of it waiting.</summary>
    public const string Prelude = """
        namespace GreenThreads.Corpus;

        public sealed class Context(Trace t)
        {
            private int _fuel = 300;
            private int _filters;
            public readonly int[] Array = [3, 0, 7, 1];
            public readonly object Gate = new();
            public readonly Node Node = new Derived();
            public readonly IShape Shape = new Square();
            public readonly Func<int, int> Delegate = n => W.Id(n) + 2;
            public long Field = 5;

            public bool IsDone => _fuel-- <= 0;

            public void Add(object value) => t.Add(value);

            public int Seen(int value)
            {
                W.Wait();
                return t.Seen(value);
            }

            public bool Filter(int n)
            {
                t.Log("filter " + ++_filters);
                return n == _filters % 3;
            }

            public Opened Open(string name)
            {
                W.Wait();
                return new Opened(t, name);
            }
        }

        public sealed class Opened(Trace t, string name) : IDisposable
        {
            public void Dispose()
            {
                W.Wait();
                t.Log("dispose " + name);
            }
        }

        public record struct Value(long A, string T, int C)
        {
            public static Value operator +(Value a, Value b)
            {
                W.Wait();
                return new Value(a.A + b.A, Kit.Cut(a.T + b.T), a.C ^ b.C);
            }

            public Value Bump(int by)
            {
                C += by;
                W.Wait();
                A++;
                return this;
            }
        }

        public class Node
        {
            public virtual int Virtual(int n) => W.Id(n) + 1;

            public virtual string Describe<T>(T value) => typeof(T).Name + W.Id(value);
        }

        public class Derived : Node
        {
            public override int Virtual(int n) => base.Virtual(n) * 2;

            public override string Describe<T>(T value)
            {
                W.Wait();
                return "d" + base.Describe(value);
            }
        }

        public interface IShape
        {
            int Slot(int n, string s) => W.Id(n + s.Length);

            string Name { get; }
        }

        public sealed class Square : IShape
        {
            public string Name => W.Id("sq");
        }

        public sealed class Made
        {
            public readonly int Number;

            public Made(Context c, int n)
            {
                c.Field++;
                Number = W.Id(n);
                if (n == 13) throw new CorpusException("thirteen");
            }
        }

        public static class Kit
        {
            public static string Cut(string s) => s.Length > 12 ? s[..12] : s;

            public static T Pick<T>(T a, T b, bool first)
            {
                W.Wait();
                return first ? a : b;
            }

            public static string Generic<T>(string s, T value) => Cut(W.Id(value) + s);

            public static int Divide(int a, int b) => a == int.MinValue ? 0 : W.Id(a) / W.Id(b);

            public static int? Maybe(int n) => W.Id(n) % 2 == 0 ? n : null;

            public static int Sum(params ReadOnlySpan<int> all)
            {
                int sum = 0;
                foreach (int n in all) sum += W.Id(n);
                return sum;
            }

            public static int Increment(ref int n)
            {
                n++;
                W.Wait();
                return n++;
            }

            public static IEnumerable<int> Count(Context c, int n)
            {
                try
                {
                    for (int i = 0; i < n; i++)
                    {
                        W.Wait();
                        yield return i;
                    }
                }
                finally
                {
                    c.Add("counted");
                }
            }
        }
        """;

    /// <summary>The program of a seed, as a class of that name with a method Run.</summary>
    public static Node Generate(int seed, string className)
    {
        var random = new Random(seed);
        var callees = new List<Callee>();
        var methods = new List<Node>();
        int count = random.Next(2, 6);
        for (int i = count - 1; i >= 0; i--)
        {
            Callee callee = new($"M{i}", (Kind)random.Next(4), [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => (Kind)random.Next(4))], random.Next(3) == 0);
            methods.Insert(0, Method(random, callee, [.. callees]));
            callees.Add(callee);
        }
        methods.Add(Iterator(random, [.. callees]));
        var expressions = new ExpressionGenerator(random, callees);
        IEnumerable<Node> calls = Enumerable.Range(0, 4).Select(_ => Guarded($"c.Add({expressions.Of(expressions.AnyKind(), 3)});"));
        Node run = Frame(
            "public static void Run(Trace t)",
            [new Node("var c = new Context(t);") { CanGo = false }, .. calls, Guarded("foreach (int n in Numbers(c)) c.Add(n);"), new Node("c.Add(c.Array);"), new Node("c.Add(c.Field);")]);
        return new Node($"public static class {className}", "", new Node("{", "}", [run, .. methods]) { CanGo = false }) { CanGo = false };
    }

    private static Node Method(Random random, Callee callee, Callee[] later)
    {
        var expressions = new ExpressionGenerator(random, later);
        var parameters = new List<string> { "Context c" };
        for (int i = 0; i < callee.Parameters.Length; i++)
        {
            parameters.Add($"{ExpressionGenerator.TypeOf(callee.Parameters[i])} p{i}");
            expressions.Scope.Add(new Variable($"p{i}", callee.Parameters[i]));
        }
        if (callee.HasRef)
        {
            parameters.Add("ref int r");
            expressions.Scope.Add(new Variable("r", Kind.Int, CanCapture: false));
        }
        string type = ExpressionGenerator.TypeOf(callee.Result);
        var statements = new StatementGenerator(random, expressions, callee.Result, isIterator: false);
        return Frame(
            $"private static {type} {callee.Name}({string.Join(", ", parameters)})",
            [
                new Node($"if (c.IsDone) return default({type}){(callee.Result == Kind.Text ? " ?? \"\"" : "")};") { CanGo = false },
                .. statements.Block(Depth),
                .. statements.Block(Depth),
                new Node($"return {expressions.Of(callee.Result, 2)};") { CanGo = false },
            ]);
    }

    private static Node Iterator(Random random, Callee[] callees)
    {
        var expressions = new ExpressionGenerator(random, callees);
        var statements = new StatementGenerator(random, expressions, Kind.Int, isIterator: true);
        return Frame(
            "private static IEnumerable<int> Numbers(Context c)",
            [new Node("yield return W.Id(1);") { CanGo = false }, .. statements.Block(Depth), new Node($"yield return {expressions.Of(Kind.Int, 2)};") { CanGo = false }]);
    }

    private static Node Guarded(string statement) => new($"try {{ {statement} }} catch (Exception e) {{ t.Caught(e); }}");

    private static Node Frame(string head, IEnumerable<Node> body) => new(head, "", new Node("{", "}", body) { CanGo = false });
}
