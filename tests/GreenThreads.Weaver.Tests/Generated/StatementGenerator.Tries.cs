namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>Protected blocks, and statements that declare functions or references.</summary>
internal sealed partial class StatementGenerator
{
    private string Try(int depth)
    {
        bool hasCatch = _random.Next(3) > 0;
        bool hasFinally = !hasCatch || program.Once(2);
        (bool wasWithin, _inTryWithCatch) = (_inTryWithCatch, _inTryWithCatch || hasCatch);
        string text = $"try {Braces(depth)}";
        _inTryWithCatch = wasWithin;
        bool wasInHandler = expressions.IsInHandler;
        expressions.IsInHandler = true;
        if (hasCatch)
        {
            // The filter has no effect that can be seen: after a suspension it runs later, when inner finally blocks have run.
            string name = program.Name("e");
            if (program.Once(3)) text += Catch($"catch (CorpusException {name}) when ({Filter(name)})", name, depth);
            string other = program.Name("e");
            text += program.Once(2)
                ? Catch(program.Pick("catch (CorpusException)", "catch (Exception)", "catch (DivideByZeroException)", "catch"), null, depth)
                : Catch($"catch (Exception {other})", other, depth);
        }
        if (hasFinally)
        {
            (int loops, int catches) = (_loops, _catches);
            (_loops, _catches) = (0, 0);
            _finallyDepth++;
            text += $"finally {Braces(depth)}";
            _finallyDepth--;
            (_loops, _catches) = (loops, catches);
        }
        expressions.IsInHandler = wasInHandler;
        return text;
    }

    private string Filter(string name) => _random.Next(3) switch
    {
        0 when !program.IsCalm => $"W.Id({name}.Message.Length) % 2 == 0",
        _ => $"{name}.Message.Length % 3 == {_random.Next(3)}",
    };

    private string Catch(string head, string? name, int depth)
    {
        _catches++;
        string first = name is null ? "" : program.Pick("", $"c.Caught({name});", $"if ({expressions.Condition(0)}) throw new CorpusException(\"again\", {name});", $"if ({expressions.Condition(0)}) throw {name};");
        string text = $"{head} {{ {first} {Block(depth)} }}";
        _catches--;
        return text;
    }

    // A local delegate that changes what it has captured, called twice.
    private string Closure(int depth)
    {
        program.Methods++;
        string name = program.Name("f");
        expressions.EnterLambda();
        var inner = new StatementGenerator(program, expressions, Kind.Int, BodyForm.Plain);
        string body = $"{inner.Block(depth)} return {expressions.Of(Kind.Int, Deep)};";
        expressions.LeaveLambda();
        return $"Func<int> {name} = () => {{ if (c.IsDone) return 0; {body} }}; c.Add({name}() + {name}());";
    }

    // A local function: what it captures is in a struct that is passed by reference.
    private string LocalFunction(int depth)
    {
        program.Methods++;
        string name = program.Name("Local"), parameter = program.Name("q");
        Kind kind = program.AnyKind();
        expressions.EnterLambda();
        expressions.Scope.Add(new Variable(parameter, Kind.Int));
        var inner = new StatementGenerator(program, expressions, kind, BodyForm.Plain);
        string body = $"{inner.Block(depth)} return {expressions.Of(kind, Deep)};";
        expressions.Scope.RemoveAt(expressions.Scope.Count - 1);
        expressions.LeaveLambda();
        string type = ProgramScope.TypeOf(kind);
        return $"{type} {name}(int {parameter}) {{ if (c.IsDone) return default({type})!; {body} }} c.Add({name}({expressions.Of(Kind.Int, 1)})); c.Add({name}(2));";
    }

    // A reference to a variable, an element or a field, used like a variable.
    private string ReferenceBlock(int depth)
    {
        string name = program.Name("r");
        bool isReassigned = program.Once(3);
        string place = !program.IsCalm && program.Once(2)
            ? $"({expressions.Condition(0)} ? ref {expressions.IntPlace(isReassigned)} : ref {expressions.IntPlace(isReassigned)})"
            : expressions.IntPlace(isReassigned);
        string head = $"ref int {name} = ref {place};";
        expressions.Scope.Add(new Variable(name, Kind.Int, CanCapture: false));
        string block = Block(depth);
        string again = isReassigned ? $"{name} = ref {expressions.IntPlace(isOnHeap: true)};" : "";
        string tail = $"{name} += {expressions.Of(Kind.Int, 1)}; c.Add({name});";
        expressions.Scope.RemoveAt(expressions.Scope.Count - 1);
        return $"{{ {head} {block} {again} {tail} }}";
    }

    // A span over an array whose elements are used like variables.
    private string SpanBlock(int depth)
    {
        string name = program.Name("s");
        string source = _random.Next(6) switch
        {
            0 => $"{expressions.Of(Kind.Numbers, 0)}.AsSpan()",
            1 => "c.Array.AsSpan(1, 3).Slice(1)",
            2 => "c.Array.AsMemory(1).Span",
            3 => "new Span<int>(c.Array, 1, 2)",
            4 when !expressions.IsInHandler && !program.IsCalm => $"stackalloc int[] {{ {expressions.Of(Kind.Int, 0)}, 2 }}",
            _ => $"c.Array.AsSpan({_random.Next(3)})",
        };
        string head = $"Span<int> {name} = {source};";
        var first = new Variable(name + "[0]", Kind.Int, CanCapture: false);
        expressions.Scope.Add(first);
        string block = Block(depth);
        string tail = $"{name}[0] += {expressions.Of(Kind.Int, 1)}; c.Add(Kit.Rotate({name}));";
        expressions.Scope.RemoveAt(expressions.Scope.Count - 1);
        return $"{{ {head} {block} {tail} }}";
    }
}
