using System.Text;

namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>What kind of method statements are for.</summary>
internal enum BodyForm
{
    Plain,
    Iterator,
    Async,
}

/// <summary>Random statements: nested tries, loops, references, closures, early exits.</summary>
/// <param name="program">What the program's generators share.</param>
/// <param name="expressions">The expressions of the method.</param>
/// <param name="result">What the method returns.</param>
/// <param name="form">What kind of method it is.</param>
internal sealed partial class StatementGenerator(ProgramScope program, ExpressionGenerator expressions, Kind result, BodyForm form)
{
    private readonly Random _random = program.Random;
    private readonly List<(string Name, int Finally)> _labels = [];
    private int _loops;
    private int _catches;
    private int _finallyDepth;
    private int _switches;
    private bool _inTryWithCatch;
    private bool _inLock;

    /// <summary>How a value is returned: "return {0};" if nothing else is said.</summary>
    public string Return { get; init; } = "return {0};";

    /// <summary>Variables of types that expressions know nothing of: type parameters.</summary>
    public List<string> Opaque { get; } = [];

    /// <summary>Locks that only the type itself can take.</summary>
    public string[] Gates { get; init; } = [];

    /// <summary>A block of statements; its variables go out of scope with it.</summary>
    public string Block(int depth)
    {
        int variables = expressions.Scope.Count;
        var text = new StringBuilder();
        int count = _random.Next(1, 3);
        for (int i = 0; i < count; i++) text.AppendLine(Statement(depth));
        expressions.Scope.RemoveRange(variables, expressions.Scope.Count - variables);
        return text.ToString();
    }

    /// <summary>The statement that returns a value of the method's type.</summary>
    public string Returned(int depth) => Return.Replace("{0}", expressions.Of(result, depth), StringComparison.Ordinal);

    // Most expressions are small; one deep one fills pages.
    private int Deep => program.Once(4) ? 2 : 1;

    private string Braces(int depth) => $"{{ {Block(depth)} }}";

    private string Statement(int depth)
    {
        int d = depth - 1;
        if (depth <= 0) return Simple();
        return _random.Next(22) switch
        {
            0 => $"if ({expressions.Condition(Deep - 1)}) {Braces(d)}",
            1 => $"if ({expressions.Condition(Deep - 1)}) {Braces(d)} else {Braces(d)}",
            2 or 3 or 4 => Loop(d),
            5 or 6 or 7 or 8 => Try(d),
            9 => program.Once(2) ? $"using (c.Open({expressions.Of(Kind.Text, 1)})) {Braces(d)}" : $"{{ using Opened {program.Name("o")} = c.Open({expressions.Of(Kind.Text, 1)}); {Block(d)} }}",
            10 => Switch(d),
            11 when !program.IsCalm => Locked(d),
            12 => Closure(d),
            13 => LocalFunction(d),
            14 => Labelled(d),
            15 when form == BodyForm.Plain && !expressions.IsInLambda => ReferenceBlock(d),
            16 => form == BodyForm.Plain ? SpanBlock(d) : Simple(),
            _ => Simple(),
        };
    }

    private string Simple()
    {
        Variable? target = expressions.Target();
        switch (_random.Next(23))
        {
            case 0 or 1 or 2:
                Kind kind = program.AnyKind();
                string name = program.Name("v");
                string declaration = $"{ProgramScope.TypeOf(kind)} {name} = {expressions.Of(kind, Deep)};";
                expressions.Scope.Add(new Variable(name, kind));
                return declaration;
            case 3 or 4 when target is not null:
                return $"{target.Name} = {expressions.Of(target.Kind, Deep)};";
            case 5 when expressions.Target(Kind.Int) is { } number:
                return $"unchecked {{ {number.Name} {program.Pick("+=", "-=", "*=", "^=")} {expressions.Of(Kind.Int, Deep)}; }}";
            case 6:
                return $"{expressions.IntPlace()} {program.Pick("+=", "=", "-=")} {expressions.Of(Kind.Int, Deep)};";
            case 7:
                return $"c.Field += {expressions.Of(Kind.Long, Deep)};";
            case 8 when expressions.Target(Kind.Value) is { } value:
                return $"{value.Name}.C += {expressions.Of(Kind.Int, Deep)};";
            case 9:
                return "W.Wait();";
            case 10 or 11:
                return $"if ({expressions.Condition(1)}) throw new CorpusException({expressions.Of(Kind.Text, 1)});";
            case 12 when _loops > 0:
                return $"if ({expressions.Condition(1)}) {program.Pick("break", "continue")};";
            case 13 or 14 when form == BodyForm.Iterator:
                return Yield();
            case 13 or 14 when _finallyDepth == 0:
                return $"if ({expressions.Condition(1)}) {{ {Returned(Deep)} }}";
            case 15 when _catches > 0:
                return $"if ({expressions.Condition(1)}) throw;";
            case 16 when _labels.Count > 0 && _labels[^1].Finally == _finallyDepth:
                return $"if ({expressions.Condition(1)} && !c.IsDone) goto {_labels[_random.Next(_labels.FindIndex(l => l.Finally == _finallyDepth), _labels.Count)].Name};";
            case 17 when expressions.Target(Kind.Int) is { } left && expressions.Target(Kind.Int) is { } right:
                return $"({left.Name}, {right.Name}) = ({expressions.Of(Kind.Int, 1)}, W.Id({left.Name}));";
            case 18 when Opaque.Count > 0 && !expressions.IsInLambda:
                string opaque = Opaque[_random.Next(Opaque.Count)];
                return program.Pick($"{opaque} = W.Id({opaque});", $"c.Add({opaque});", $"{opaque} = Kit.Pick({opaque}, W.Id({opaque}), {expressions.Condition(0)});");
            case 19 when form == BodyForm.Async && !_inLock:
                return program.Pick("await Task.Yield();", $"c.Add(await c.Later({expressions.Of(Kind.Int, 0)}));");
            case 20 when expressions.Target(Kind.Numbers) is { } numbers:
                return $"if ({numbers.Name}.Length > 1) {numbers.Name}[{_random.Next(2)}] += {expressions.Of(Kind.Int, Deep)};";
            default:
                return $"c.Add({expressions.Of(program.AnyKind(), Deep + 1)});";
        }
    }

    private string Yield()
    {
        if (_finallyDepth > 0 || _catches > 0 || _inLock) return "W.Wait();";
        if (program.Once(4)) return $"if ({expressions.Condition(1)}) yield break;";
        return _inTryWithCatch ? "W.Wait();" : $"yield return {expressions.Of(Kind.Int, Deep)};";
    }

    private string Loop(int depth)
    {
        string name = program.Name("i");
        _loops++;
        string loop = _random.Next(form == BodyForm.Plain ? 9 : 7) switch
        {
            0 => $"foreach (int {name} in {expressions.Of(Kind.Numbers, 1)}) {Body(name, depth)}",
            1 => $"foreach (int {name} in Kit.Count(c, {expressions.Of(Kind.Int, 1)} & 3)) {Body(name, depth)}",
            2 => $"foreach (int {name} in new Countdown({expressions.Of(Kind.Int, 1)} & 3)) {Body(name, depth)}",
            3 => $"while ({expressions.Condition(1)}) {Body(null, depth)}",
            4 => $"do {Body(null, depth)} while ({expressions.Condition(1)});",
            5 or 6 => $"for (int {name} = 0; {name} < {_random.Next(1, 4)}; {name}++) {Body(name, depth)}",
            7 => $"foreach (ref int {name} in c.Array.AsSpan({_random.Next(3)})) {Body(name, depth, new Variable(name, Kind.Int, CanCapture: false))}",
            _ => $"foreach (int {name} in (ReadOnlySpan<int>){expressions.Of(Kind.Numbers, 0)}) {Body(name, depth)}",
        };
        _loops--;
        return loop;
    }

    private string Body(string? name, int depth, Variable? variable = null)
    {
        int count = expressions.Scope.Count;
        if (name is not null) expressions.Scope.Add(variable ?? new Variable(name, Kind.Int, CanAssign: false));
        string block = Block(depth);
        expressions.Scope.RemoveRange(count, expressions.Scope.Count - count);
        return $"{{ if (c.IsDone) break; {block} }}";
    }

    private string Switch(int depth)
    {
        // break is for the switch here, and continue for the loop around it: neither is generated inside sections
        (int loops, _loops) = (_loops, 0);
        _switches++;
        string text = _random.Next(3) switch
        {
            0 => $"switch ({expressions.Of(Kind.Text, Deep)}) {{ case \"a\": {Braces(depth)} break; case {{ Length: > 2 }}: {Braces(depth)} goto case \"a\"; default: {Braces(depth)} break; }}",
            1 => ObjectSwitch(depth),
            _ => $"switch ({expressions.Of(Kind.Int, Deep)}) {{ case 0: {Braces(depth)} goto default; case > 3 when {expressions.Condition(1)}: {Braces(depth)} break; case 1: case 2: {Braces(depth)} break; default: {Braces(depth)} break; }}",
        };
        _switches--;
        _loops = loops;
        return text;
    }

    private string ObjectSwitch(int depth)
    {
        string n = program.Name("n"), p = program.Name("w");
        string subject = expressions.Of(Kind.Object, Deep);
        expressions.Scope.Add(new Variable(n, Kind.Int));
        string first = Braces(depth);
        expressions.Scope.RemoveAt(expressions.Scope.Count - 1);
        expressions.Scope.Add(new Variable(p, Kind.Value));
        string second = Braces(depth);
        expressions.Scope.RemoveAt(expressions.Scope.Count - 1);
        return $"switch ({subject}) {{ case int {n} when {n} > W.Id(2): {first} break; case Value {{ T.Length: > 0 }} {p}: {second} break; case null: {Braces(depth)} break; default: break; }}";
    }

    // The body of a lock waits under it: pinned and reported where the lock may be taken by others.
    private string Locked(int depth)
    {
        string gate = Gates.Length > 0 && program.Once(2) && !expressions.IsInLambda ? program.Pick<string>(Gates) : "c.Gate";
        (bool inLock, _inLock) = (_inLock, true);
        string text = $"lock ({gate}) {Braces(depth)}";
        _inLock = inLock;
        return text;
    }

    private string Labelled(int depth)
    {
        string label = program.Name("L");
        bool isBackward = program.Once(2);
        _labels.Add((label, _finallyDepth));
        string block = Braces(depth);
        _labels.RemoveAt(_labels.Count - 1);
        return isBackward ? $"{{ {label}: ; {block} }}" : $"{{ {block} {label}: ; }}";
    }
}
