namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>Random statements: nested tries, loops, by-reference calls, closures, early exits.</summary>
internal sealed class StatementGenerator(Random random, ExpressionGenerator expressions, Kind result, bool isIterator)
{
    private int _names;
    private int _loops;
    private int _catches;
    private bool _inFinally;
    private bool _inTryWithCatch;

    /// <summary>A block of statements; its variables go out of scope with it.</summary>
    public List<Node> Block(int depth)
    {
        int variables = expressions.Scope.Count;
        var nodes = new List<Node>();
        int count = random.Next(1, 4);
        for (int i = 0; i < count; i++) nodes.Add(Statement(depth));
        expressions.Scope.RemoveRange(variables, expressions.Scope.Count - variables);
        return nodes;
    }

    private Node Statement(int depth)
    {
        int d = depth - 1;
        if (depth <= 0) return Simple();
        switch (random.Next(16))
        {
            case 0:
                return new Node($"if ({expressions.Condition(2)})", "", Braces(d));
            case 1:
                return new Node("", "", new Node($"if ({expressions.Condition(2)})", "", Braces(d)) { CanGo = false }, new Node("else", "", Braces(d)) { CanGo = false });
            case 2 or 3:
                return Loop(d);
            case 4 or 5 or 6:
                return Try(d);
            case 7:
                return new Node($"using (c.Open({expressions.Of(Kind.Text, 1)}))", "", Braces(d));
            case 8:
                return Switch(d);
            case 9 when !isIterator:
                return new Node($"lock (c.Gate)", "", Braces(d));
            case 10:
                return Closure(d);
            default:
                return Simple();
        }
    }

    private Node Simple()
    {
        Variable? target = expressions.Target();
        switch (random.Next(15))
        {
            case 0 or 1 or 2:
                Kind kind = expressions.AnyKind();
                string name = "v" + _names++;
                var node = new Node($"{ExpressionGenerator.TypeOf(kind)} {name} = {expressions.Of(kind, 2)};");
                expressions.Scope.Add(new Variable(name, kind));
                return node;
            case 3 or 4 when target is not null:
                return new Node($"{target.Name} = {expressions.Of(target.Kind, 2)};");
            case 5 when expressions.Target(Kind.Int) is { } number:
                return new Node($"{number.Name} {Pick("+=", "-=", "*=", "^=")} {expressions.Of(Kind.Int, 2)};");
            case 6:
                return new Node($"c.Array[{expressions.Of(Kind.Int, 1)} & 3] {Pick("+=", "=", "-=")} {expressions.Of(Kind.Int, 2)};");
            case 7:
                return new Node($"c.Field += {expressions.Of(Kind.Long, 2)};");
            case 8 when expressions.Target(Kind.Value) is { } value:
                return new Node($"{value.Name}.C += {expressions.Of(Kind.Int, 2)};");
            case 9:
                return new Node("W.Wait();");
            case 10:
                return new Node($"if ({expressions.Condition(1)}) throw new CorpusException({expressions.Of(Kind.Text, 1)});");
            case 11 when _loops > 0:
                return new Node($"if ({expressions.Condition(1)}) {Pick("break", "continue")};");
            case 12 when !_inFinally && !isIterator:
                return new Node($"if ({expressions.Condition(1)}) return {expressions.Of(result, 2)};");
            case 12 when isIterator && !_inFinally && _catches == 0 && !_inTryWithCatch:
                return new Node($"yield return {expressions.Of(Kind.Int, 2)};");
            case 13 when _catches > 0:
                return new Node($"if ({expressions.Condition(1)}) throw;");
            default:
                return new Node($"c.Add({expressions.Of(expressions.AnyKind(), 3)});");
        }
    }

    private Node Loop(int depth)
    {
        string name = "i" + _names++;
        _loops++;
        Node loop;
        switch (random.Next(4))
        {
            case 0:
                loop = Within(new Variable(name, Kind.Int, CanAssign: false), body => new Node($"foreach (int {name} in c.Array)", "", body), depth);
                break;
            case 1:
                loop = Within(
                    new Variable(name, Kind.Int, CanAssign: false),
                    body => new Node($"foreach (int {name} in Kit.Count(c, {expressions.Of(Kind.Int, 1)} & 3))", "", body),
                    depth);
                break;
            case 2:
                loop = Within(
                    new Variable(name, Kind.Int, CanAssign: false),
                    body => new Node($"foreach (int {name} in new Span<int>(c.Array)[..2].ToArray())", "", body),
                    depth);
                break;
            default:
                loop = Within(
                    new Variable(name, Kind.Int, CanAssign: false),
                    body => new Node($"for (int {name} = 0; {name} < {random.Next(1, 4)}; {name}++)", "", body),
                    depth);
                break;
        }
        _loops--;
        return loop;
    }

    private Node Try(int depth)
    {
        bool hasCatch = random.Next(3) > 0;
        bool hasFinally = !hasCatch || random.Next(2) == 0;
        bool wasWithin = _inTryWithCatch;
        _inTryWithCatch |= hasCatch;
        var parts = new List<Node> { new("try", "", Braces(depth)) { CanGo = false } };
        _inTryWithCatch = wasWithin;
        if (hasCatch)
        {
            if (random.Next(3) == 0) parts.Add(Catch($"catch (CorpusException e{_names++}) when (c.Filter({random.Next(3)}))", depth));
            parts.Add(Catch(Pick("catch (CorpusException)", "catch (Exception)", "catch (DivideByZeroException)"), depth));
        }
        if (hasFinally)
        {
            (bool inFinally, int loops, int catches) = (_inFinally, _loops, _catches);
            (_inFinally, _loops, _catches) = (true, 0, 0);
            parts.Add(new Node("finally", "", Braces(depth)) { CanGo = false });
            (_inFinally, _loops, _catches) = (inFinally, loops, catches);
        }
        return new Node("", "", parts);
    }

    private Node Catch(string head, int depth)
    {
        _catches++;
        var node = new Node(head, "", Braces(depth)) { CanGo = false };
        _catches--;
        return node;
    }

    private Node Switch(int depth)
    {
        _loops++; // break is for the switch, continue would need a loop: neither is generated in sections
        int loops = _loops;
        _loops = 0;
        Node[] sections =
        [
            new("case 0:", "    break;", Braces(depth)) { CanGo = false },
            new($"case > 3 when {expressions.Condition(1)}:", "    break;", Braces(depth)) { CanGo = false },
            new("default:", "    break;", Braces(depth)) { CanGo = false },
        ];
        _loops = loops - 1;
        return new Node($"switch ({expressions.Of(Kind.Int, 2)})", "", new Node("{", "}", sections) { CanGo = false });
    }

    // A local delegate that changes what it has captured, called twice.
    private Node Closure(int depth)
    {
        if (isIterator) return Simple();
        string name = "f" + _names++;
        expressions.EnterLambda();
        var inner = new StatementGenerator(random, expressions, Kind.Int, isIterator: false) { _names = _names + 100 };
        var body = new Node("{", "};", [.. inner.Block(depth), new Node($"return {expressions.Of(Kind.Int, 2)};") { CanGo = false }]) { CanGo = false };
        _names = inner._names;
        expressions.LeaveLambda();
        return new Node("", "", new Node($"Func<int> {name} = () =>", "", body) { CanGo = false }, new Node($"c.Add({name}() + {name}());") { CanGo = false });
    }

    private Node Within(Variable variable, Func<Node, Node> make, int depth)
    {
        expressions.Scope.Add(variable);
        Node body = new("{", "}", [new Node("if (c.IsDone) break;") { CanGo = false }, .. Block(depth)]) { CanGo = false };
        expressions.Scope.Remove(variable);
        return make(body);
    }

    private Node Braces(int depth) => new("{", "}", Block(depth)) { CanGo = false };

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
