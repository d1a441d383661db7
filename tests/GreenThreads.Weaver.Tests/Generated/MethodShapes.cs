namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>Writes one method after the other, each in another shape that C# has for methods, and how it is called.</summary>
internal sealed class MethodShapes(ProgramScope program)
{
    private const int Depth = 2;
    private readonly Random _random = program.Random;

    /// <summary>A member of the program's class: a method or a type with one. Adds what can be called to the scope.</summary>
    public string Next()
    {
        Kind result = program.AnyKind();
        Kind[] parameters = [.. Enumerable.Range(0, _random.Next(0, 4)).Select(_ => program.AnyKind())];
        Passing passing = program.Once(3) ? program.Pick(Passing.Ref, Passing.Ref, Passing.Out, Passing.In) : Passing.None;
        var head = new Signature(program, result, parameters, passing);
        (string text, Callee callee) = _random.Next(28) switch
        {
            0 => Extension(head),
            1 => GenericMethod(head),
            2 or 3 => Instance(head),
            4 or 5 => Virtual(head),
            6 => Explicit(head),
            7 => DefaultInterface(head),
            8 => Constrained(head),
            9 => GenericClass(head),
            10 => GenericVirtual(head),
            11 => StaticAbstract(head),
            12 or 13 => Struct(head),
            14 => Constructor(head),
            15 => Property(head with { Parameters = [], Passing = Passing.None }),
            16 => Operator(head with { Parameters = [program.AnyKind()], Passing = Passing.None }),
            17 => Delegate(head),
            18 when !program.IsCalm => Async(head with { Passing = Passing.None }),
            19 => Recursive(head),
            20 when !program.IsCalm => RefReturn(head with { Result = Kind.Int }),
            21 when !program.IsCalm => RefStruct(head),
            22 => SpanParameter(head),
            23 => Params(head with { Passing = Passing.None }),
            24 => Record(head),
            25 or 26 => IteratorMethod(head with { Result = Kind.Int, Passing = Passing.None }),
            _ => Static(head),
        };
        program.Methods++;
        program.Callees.Add(callee);
        return text;
    }

    /// <summary>An iterator; it is not called by others.</summary>
    public string Iterator(string name)
    {
        program.Methods++;
        var expressions = new ExpressionGenerator(program) { AllowsReferences = false };
        var statements = new StatementGenerator(program, expressions, Kind.Int, BodyForm.Iterator);
        string first = statements.Block(Depth), second = statements.Block(Depth);
        return $"private static IEnumerable<int> {name}(Context c) {{ yield return W.Id(1); {first} {second} yield return {expressions.Of(Kind.Int, 2)}; }}";
    }

    /// <summary>Name, types and parameters; "c" is always the first.</summary>
    private sealed record Signature(ProgramScope Program, Kind Result, Kind[] Parameters, Passing Passing)
    {
        public string Name { get; } = Program.Name("M");

        public string Type => ProgramScope.TypeOf(Result);

        public string[] Names => [.. Enumerable.Range(0, Parameters.Length).Select(i => "p" + i)];

        /// <summary>The parameters as declared, after "Context c".</summary>
        public string Rest => string.Concat(Parameters.Select((p, i) => $", {ProgramScope.TypeOf(p)} p{i}")) + Passing switch
        {
            Passing.Ref => ", ref int r",
            Passing.Out => ", out int r",
            Passing.In => ", in int r",
            _ => "",
        };

        public string All => "Context c" + Rest;

        /// <summary>The same parameters handed on.</summary>
        public string[] Own => [.. Names, .. Passing == Passing.None ? Array.Empty<string>() : [Passing.ToString().ToLowerInvariant() + " r"]];

        public Callee Called(Func<string, string> call) => new(Result, Parameters, Passing, arguments => call(string.Concat(arguments.Select(a => ", " + a))));
    }

    // The body of a method, in braces. Variables beside the parameters are given as declared elsewhere.
    private string Body(Signature head, Variable[]? more = null, string? returns = null, BodyForm form = BodyForm.Plain, string? opaque = null, string[]? gates = null, Callee? alone = null)
    {
        var expressions = new ExpressionGenerator(program) { AllowsReferences = form == BodyForm.Plain };
        for (int i = 0; i < head.Parameters.Length; i++) expressions.Scope.Add(new Variable($"p{i}", head.Parameters[i]));
        if (head.Passing != Passing.None) expressions.Scope.Add(new Variable("r", Kind.Int, CanCapture: false, CanAssign: head.Passing != Passing.In));
        expressions.Scope.AddRange(more ?? []);
        var statements = new StatementGenerator(program, expressions, head.Result, form) { Return = returns ?? "return {0};", Gates = gates ?? [] };
        if (opaque is not null) statements.Opaque.Add(opaque);
        if (alone is not null) program.Callees.Add(alone);
        string empty = (returns ?? "return {0};").Replace("{0}", head.Result switch
        {
            Kind.Text => "\"\"",
            Kind.Numbers => "c.Array",
            Kind.Value => "new Value(0, \"\", 0)",
            _ => $"default({head.Type})",
        }, StringComparison.Ordinal);
        string text = $"{{ {(head.Passing == Passing.Out ? "r = 0;" : "")} if (c.IsDone) {{ {empty} }} {statements.Block(Depth)} {statements.Block(Depth)} {statements.Returned(2)} }}";
        if (alone is not null) program.Callees.Remove(alone);
        return text;
    }

    private (string, Callee) Static(Signature h) =>
        ($"private static {h.Type} {h.Name}({h.All}) {Body(h)}", h.Called(a => $"{h.Name}(c{a})"));

    private (string, Callee) Extension(Signature h) =>
        ($"private static {h.Type} {h.Name}(this {h.All}) {Body(h)}", h.Called(a => $"c.{h.Name}({a.TrimStart(',', ' ')})"));

    private (string, Callee) GenericMethod(Signature h)
    {
        string type = program.Pick("int", "string", "Value", "object", "Pair");
        string argument = new ExpressionGenerator(program).Of(KindOf(type), 1);
        if (type == "Pair") argument = $"new Pair({argument}, \"g\")";
        return ($"private static {h.Type} {h.Name}<TG>(TG g, {h.All}) {Body(h, opaque: "g")}", h.Called(a => $"{h.Name}<{type}>({argument}, c{a})"));
    }

    private static Kind KindOf(string type) => type switch { "string" => Kind.Text, "Value" => Kind.Value, "object" => Kind.Object, _ => Kind.Int };

    private (string, Callee) Instance(Signature h)
    {
        Variable[] fields = [new("_a", Kind.Int), new("_s", Kind.Text), new("_v", Kind.Value)];
        string text = $$"""
            private sealed class T{{h.Name}}
            {
                private readonly object _gate = new();
                private readonly Lock _lock = new();
                private int _a = 4;
                private string _s = "t";
                private Value _v = new(1, "w", 2);
                public {{h.Type}} {{h.Name}}({{h.All}}) {{Body(h, fields, gates: ["_gate", "_lock"])}}
            }
            """;
        return (text, h.Called(a => $"new T{h.Name}().{h.Name}(c{a})"));
    }

    private (string, Callee) Virtual(Signature h)
    {
        string first = Body(h, [new("_a", Kind.Int)]);
        Callee inherited = new(h.Result, [], Passing.None, _ => $"base.{h.Name}({string.Join(", ", h.Own.Prepend("c"))})", CanCapture: h.Passing == Passing.None);
        string second = Body(h, [new("_a", Kind.Int)], alone: inherited);
        string text = $$"""
            private class B{{h.Name}} { protected int _a = 1; public virtual {{h.Type}} {{h.Name}}({{h.All}}) {{first}} }
            private {{program.Pick("sealed ", "")}}class T{{h.Name}} : B{{h.Name}} { public override {{h.Type}} {{h.Name}}({{h.All}}) {{second}} }
            """;
        program.Methods++;
        string made = program.Pick($"((B{h.Name})new T{h.Name}())", $"new T{h.Name}()", $"new B{h.Name}()");
        return (text, h.Called(a => $"{made}.{h.Name}(c{a})"));
    }

    private (string, Callee) Explicit(Signature h) =>
        ($$"""
            private interface I{{h.Name}} { {{h.Type}} {{h.Name}}({{h.All}}); }
            private sealed class T{{h.Name}} : I{{h.Name}} { private int _a = 1; {{h.Type}} I{{h.Name}}.{{h.Name}}({{h.All}}) {{Body(h, [new("_a", Kind.Int)])}} }
            """, h.Called(a => $"((I{h.Name})new T{h.Name}()).{h.Name}(c{a})"));

    private (string, Callee) DefaultInterface(Signature h) =>
        ($$"""
            private interface I{{h.Name}} { {{h.Type}} {{h.Name}}({{h.All}}) {{Body(h)}} }
            private {{program.Pick("struct", "sealed class")}} T{{h.Name}} : I{{h.Name}};
            """, h.Called(a => $"((I{h.Name})new T{h.Name}()).{h.Name}(c{a})"));

    private (string, Callee) Constrained(Signature h)
    {
        string own = string.Join(", ", h.Own.Prepend("c"));
        string text = $$"""
            private interface I{{h.Name}} { {{h.Type}} {{h.Name}}({{h.All}}); }
            private struct S{{h.Name}} : I{{h.Name}} { private int _a; public {{h.Type}} {{h.Name}}({{h.All}}) {{Body(h, [new("_a", Kind.Int, CanCapture: false)])}} }
            private static {{h.Type}} {{h.Name}}<TI>(TI x, {{h.All}}) where TI : I{{h.Name}} { var first = x.{{h.Name}}({{own}}); c.Add(first); return x.{{h.Name}}({{own}}); }
            """;
        program.Methods++;
        return (text, h.Called(a => $"{h.Name}(new S{h.Name}(), c{a})"));
    }

    private (string, Callee) GenericClass(Signature h)
    {
        string argument = program.Pick("5", "\"gc\"", "new Value(3, \"g\", 1)", "new Pair(1, \"p\")");
        string text = $$"""
            private class T{{h.Name}}<TG>(TG g)
            {
                private TG _g = g;
                private int _a = 2;
                private readonly object _gate = new();
                public {{program.Pick("virtual ", "")}}{{h.Type}} {{h.Name}}({{h.All}}) {{Body(h, [new("_a", Kind.Int)], opaque: "_g", gates: ["_gate"])}}
            }
            private static T{{h.Name}}<TG> N{{h.Name}}<TG>(TG g) => new(W.Id(g));
            """;
        return (text, h.Called(a => $"N{h.Name}({argument}).{h.Name}(c{a})"));
    }

    private (string, Callee) GenericVirtual(Signature h)
    {
        string argument = program.Pick("5", "\"gv\"", "new Value(3, \"g\", 1)", "new Pair(1, \"p\")");
        string text = $$"""
            private abstract class B{{h.Name}} { public abstract {{h.Type}} {{h.Name}}<TG>(TG g, {{h.All}}); }
            private class T{{h.Name}} : B{{h.Name}} { public override {{h.Type}} {{h.Name}}<TG>(TG g, {{h.All}}) {{Body(h, opaque: "g")}} }
            """;
        return (text, h.Called(a => $"((B{h.Name})new T{h.Name}()).{h.Name}({argument}, c{a})"));
    }

    private (string, Callee) StaticAbstract(Signature h)
    {
        bool isAbstract = program.Once(2);
        string text = $$"""
            private interface I{{h.Name}} { static {{(isAbstract ? "abstract" : "virtual")}} {{h.Type}} {{h.Name}}({{h.All}}){{(isAbstract ? ";" : " => throw new CorpusException(\"virtual\");")}} }
            private {{program.Pick("struct", "sealed class")}} T{{h.Name}} : I{{h.Name}} { public static {{h.Type}} {{h.Name}}({{h.All}}) {{Body(h)}} }
            private static {{h.Type}} {{h.Name}}<TI>({{h.All}}) where TI : I{{h.Name}} => TI.{{h.Name}}({{string.Join(", ", h.Own.Prepend("c"))}});
            """;
        program.Methods++;
        return (text, h.Called(a => $"{h.Name}<T{h.Name}>(c{a})"));
    }

    private (string, Callee) Struct(Signature h)
    {
        Variable[] fields = [new("_a", Kind.Int, CanCapture: false), new("_v", Kind.Value, CanCapture: false)];
        string text = $$"""
            private struct T{{h.Name}}
            {
                private int _a;
                private Value _v;
                public T{{h.Name}}(Context c, int a) { _a = W.Id(a); _v = new Value(_a, "x", c.Seen(_a)); }
                public {{h.Type}} {{h.Name}}({{h.All}}) {{Body(h, fields)}}
            }
            """;
        program.Methods++;
        return (text, h.Called(a => $"new T{h.Name}(c, {_random.Next(5)}).{h.Name}(c{a})"));
    }

    private (string, Callee) Constructor(Signature h)
    {
        string text = $$"""
            private class B{{h.Name}} { protected int _a; public B{{h.Name}}(Context c, int a) { W.Wait(); c.Add(a); _a = a; } }
            private {{program.Pick("class", "sealed class")}} T{{h.Name}} : B{{h.Name}}
            {
                public readonly {{h.Type}} Made;
                private string _i = W.Id("initial");
                public T{{h.Name}}({{h.All}}) : base(c, {{new ExpressionGenerator(program).Of(Kind.Int, 2)}}) {{Body(h, [new("_a", Kind.Int), new("_i", Kind.Text)], returns: "Made = {0}; return;")}}
            }
            """;
        program.Methods++;
        return (text, h.Called(a => $"new T{h.Name}(c{a}).Made"));
    }

    private (string, Callee) Property(Signature h)
    {
        Variable[] fields = [new("_a", Kind.Int)];
        string text = $$"""
            private sealed class T{{h.Name}}(Context c)
            {
                private int _a = 2;
                public {{h.Type}} {{h.Name}} { get {{Body(h, fields)}} set {{Body(h with { Result = Kind.Int }, [.. fields, new("value", h.Result)], returns: "_a = {0}; return;")}} }
                public {{h.Type}} this[int i, string s] { get {{Body(h, [.. fields, new("i", Kind.Int), new("s", Kind.Text)])}} }
            }
            """;
        program.Methods += 2;
        bool isIndexer = program.Once(2);
        Func<string, string> call = isIndexer ? _ => $"new T{h.Name}(c)[3, \"n\"]"
            : program.Once(2) ? _ => $"new T{h.Name}(c).{h.Name}"
            : _ => $"(new T{h.Name}(c).{h.Name} = {new ExpressionGenerator(program).Of(h.Result, 1)})";
        return (text, h.Called(call));
    }

    private (string, Callee) Operator(Signature h)
    {
        string operand = ProgramScope.TypeOf(h.Parameters[0]);
        string text = $$"""
            private {{program.Pick("struct", "sealed class")}} T{{h.Name}}(Context c)
            {
                public Context Made { get; } = c;
                public static {{h.Type}} operator +(T{{h.Name}} t, {{operand}} p0) { Context c = t.Made; {{Body(h)}} }
            }
            """;
        return (text, new Callee(h.Result, h.Parameters, Passing.None, a => $"(new T{h.Name}(c) + ({a[0]}))"));
    }

    private (string, Callee) Delegate(Signature h)
    {
        string types = string.Concat(h.Parameters.Select((p, i) => $", {ProgramScope.TypeOf(p)} p{i}"));
        string text = $$"""
            private delegate {{h.Type}} D{{h.Name}}({{h.All}});
            private static readonly D{{h.Name}} {{h.Name}} = (Context c{{h.Rest}}) => {{Body(h)}};
            private static D{{h.Name}} N{{h.Name}}() => W.Id({{h.Name}});
            """;
        return (text, h.Called(a => program.Once(2) ? $"{h.Name}(c{a})" : $"N{h.Name}()(c{a})"));
    }

    private (string, Callee) Async(Signature h)
    {
        string text = $"private static async Task<{h.Type}> {h.Name}({h.All}) {Body(h, form: BodyForm.Async)}";
        string end = program.Pick(".Result", ".GetAwaiter().GetResult()");
        return (text, h.Called(a =>
        {
            program.Pins.Add("an async method waits");
            return $"{h.Name}(c{a}){end}";
        }));
    }

    private (string, Callee) Recursive(Signature h)
    {
        Callee self = new(h.Result, h.Parameters, h.Passing,
            a => $"(depth <= 0 ? {(h.Result == Kind.Text ? "\"\"" : h.Result == Kind.Numbers ? "c.Array" : h.Result == Kind.Value ? "new Value(1, \"z\", 1)" : $"default({h.Type})")} : {h.Name}(depth - 1, c{string.Concat(a.Select(x => ", " + x))}))");
        return ($"private static {h.Type} {h.Name}(int depth, {h.All}) {Body(h, [new("depth", Kind.Int, CanAssign: false)], alone: self)}",
            h.Called(a => $"{h.Name}({_random.Next(1, 5)}, c{a})"));
    }

    // Its caller takes a few items and leaves: the iterator is disposed of in the middle.
    private (string, Callee) IteratorMethod(Signature h)
    {
        var expressions = new ExpressionGenerator(program) { AllowsReferences = false };
        for (int i = 0; i < h.Parameters.Length; i++) expressions.Scope.Add(new Variable($"p{i}", h.Parameters[i]));
        var statements = new StatementGenerator(program, expressions, Kind.Int, BodyForm.Iterator);
        string first = statements.Block(Depth), second = statements.Block(Depth);
        string type = program.Pick("IEnumerable<int>", "IEnumerator<int>");
        string text = $"private static {type} {h.Name}({h.All}) {{ if (c.IsDone) yield break; yield return W.Id(1); {first} yield return {expressions.Of(Kind.Int, 1)}; {second} }}";
        return (text, h.Called(a => $"Kit.Take({h.Name}(c{a}), {_random.Next(1, 6)})"));
    }

    private (string, Callee) RefReturn(Signature h) =>
        ($"private static ref int {h.Name}({h.All}) {Body(h, returns: "return ref c.Array[({0}) & 3];")}",
            h.Called(a => program.Once(2) ? $"{h.Name}(c{a})" : $"({h.Name}(c{a}) += 3)"));

    private (string, Callee) RefStruct(Signature h)
    {
        Variable[] fields = [new("_s[0]", Kind.Int, CanCapture: false), new("_a", Kind.Int, CanCapture: false)];
        string text = $$"""
            private ref struct T{{h.Name}}(Span<int> s)
            {
                private Span<int> _s = s;
                private int _a = 1;
                public {{h.Type}} {{h.Name}}({{h.All}}) {{Body(h, fields)}}
            }
            """;
        return (text, h.Called(a => $"new T{h.Name}(c.Array.AsSpan(1)).{h.Name}(c{a})"));
    }

    private (string, Callee) SpanParameter(Signature h)
    {
        Variable[] elements = [new("s[0]", Kind.Int, CanCapture: false), new("s[1]", Kind.Int, CanCapture: false), new("s.Length", Kind.Int, CanCapture: false, CanAssign: false)];
        return ($"private static {h.Type} {h.Name}(Span<int> s, {h.All}) {Body(h, elements)}",
            h.Called(a => $"{h.Name}(c.Array.AsSpan({_random.Next(3)}, 2), c{a})"));
    }

    private (string, Callee) Params(Signature h)
    {
        Variable[] elements = [new("s.Length", Kind.Int, CanCapture: false, CanAssign: false), new("(s.Length > 0 ? s[0] : 0)", Kind.Int, CanCapture: false, CanAssign: false)];
        string type = program.Pick("ReadOnlySpan<int>", "int[]");
        string more = string.Concat(Enumerable.Range(0, _random.Next(3)).Select(_ => ", " + new ExpressionGenerator(program).Of(Kind.Int, 1)));
        return ($"private static {h.Type} {h.Name}({h.All}, params {type} s) {Body(h, elements)}", h.Called(a => $"{h.Name}(c{a}{more})"));
    }

    private (string, Callee) Record(Signature h)
    {
        string text = $$"""
            private sealed record T{{h.Name}}(int A, string S)
            {
                public int B { get; set; } = W.Id(A);
                public {{h.Type}} {{h.Name}}({{h.All}}) {{Body(h, [new("B", Kind.Int, IsProperty: true), new("S", Kind.Text, CanAssign: false), new("A", Kind.Int, CanAssign: false)])}}
            }
            """;
        return (text, h.Called(a => $"(new T{h.Name}(2, \"r\") with {{ A = W.Id(3) }}).{h.Name}(c{a})"));
    }
}
