namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>Random expressions over the variables in scope. Most of them wait somewhere.</summary>
internal sealed partial class ExpressionGenerator(ProgramScope program)
{
    private readonly Random _random = program.Random;
    private int _lambdaDepth;

    /// <summary>The variables in scope.</summary>
    public List<Variable> Scope { get; } = [];

    /// <summary>Whether the method can hold references across a wait: not an iterator, nor an async method.</summary>
    public bool AllowsReferences { get; init; } = true;

    /// <summary>Whether stack memory may be taken: not in a handler.</summary>
    public bool IsInHandler { get; set; }

    /// <summary>Whether only what a lambda may capture is used now.</summary>
    public bool IsInLambda => _lambdaDepth > 0;

    public string Of(Kind kind, int depth) => kind switch
    {
        Kind.Int => Int(depth),
        Kind.Text => Text(depth),
        Kind.Long => Long(depth),
        Kind.Double => Double(depth),
        Kind.Value => Value(depth),
        Kind.Object => Object(depth),
        _ => Numbers(depth),
    };

    public string Condition(int depth) => _random.Next(10) switch
    {
        0 => $"{Int(depth)} > {Int(0)}",
        1 => $"W.Id({Int(depth)} % 3 == 0)",
        2 => $"({Int(0)} & 1) == 0 && {Int(depth)} < 50",
        3 => $"{Text(depth)}.Length > 2 || W.Id({Long(0)} > 4)",
        4 => $"!W.Id({Long(depth)} > {Long(0)})",
        5 => $"({Object(depth)} is int or Value {{ C: > 1 }})",
        6 => $"{Double(depth)} < {Double(0)}",
        7 => $"(W.Id({Int(0)}) is > 1 and < 9)",
        8 => $"new Pair({Int(depth)}, {Text(0)}) == new Pair({Int(0)}, {Text(0)})",
        _ => $"{Int(0)} != {Int(0)}",
    };

    /// <summary>From here to the matching <see cref="LeaveLambda"/> only what a lambda may capture is used.</summary>
    public void EnterLambda() => _lambdaDepth++;

    public void LeaveLambda() => _lambdaDepth--;

    /// <summary>A variable that can be assigned; null if there is none.</summary>
    public Variable? Target(Kind? kind = null)
    {
        Variable[] targets = [.. Visible.Where(v => v.CanAssign && (kind is null || v.Kind == kind))];
        return targets.Length == 0 ? null : targets[_random.Next(targets.Length)];
    }

    /// <summary>An int that a reference can point to; on the heap, if the reference outlives the variables.</summary>
    public string IntPlace(bool isOnHeap = false) => _random.Next(isOnHeap ? 3 : 5) switch
    {
        0 => $"c.Array[{Int(0)} & 3]",
        1 when !program.IsCalm => $"c.At({Int(1)})",
        2 => $"c.Array[{Int(1)}]",
        _ => IntVariable(isOnHeap),
    };

    // Not a property, and a field of this only where a reference to it may be taken: everywhere but in a lambda of a struct.
    private string IntVariable(bool isOnHeap)
    {
        Variable[] variables = [.. Visible.Where(v => v is { CanAssign: true, Kind: Kind.Int, IsProperty: false })];
        Variable? variable = variables.Length == 0 ? null : variables[_random.Next(variables.Length)];
        bool isFieldOfClass = variable is { CanCapture: true } && variable.Name.StartsWith('_');
        return variable is null || isOnHeap && !isFieldOfClass ? "c.Array[1]" : variable.Name;
    }

    private IEnumerable<Variable> Visible => Scope.Where(v => _lambdaDepth == 0 || v.CanCapture);

    // A lambda over its argument and the captured variables, called on the spot.
    private string Lambda(Kind kind, int depth)
    {
        string argument = Int(depth);
        string name = program.Name("x");
        string body = InLambda(name, kind, depth);
        return $"((Func<int, {ProgramScope.TypeOf(kind)}>)({name} => {body}))({argument})";
    }

    private string InLambda(string parameter, Kind kind, int depth)
    {
        EnterLambda();
        Scope.Add(new Variable(parameter, Kind.Int));
        string body = Of(kind, depth);
        Scope.RemoveAt(Scope.Count - 1);
        LeaveLambda();
        return body;
    }

    private string? Call(Kind kind, int depth)
    {
        Callee[] fitting = [.. program.Callees.Where(m => m.Result == kind && (m.CanCapture || !IsInLambda))];
        return fitting.Length == 0 ? null : CallOf(fitting[_random.Next(fitting.Length)], depth);
    }

    /// <summary>A call with random arguments.</summary>
    public string CallOf(Callee callee, int depth)
    {
        IEnumerable<string> arguments = callee.Parameters.Select(p => Of(p, depth));
        arguments = callee.Passing switch
        {
            Passing.Ref => arguments.Append("ref " + IntPlace()),
            Passing.Out => arguments.Append(program.Once(3) ? "out _" : "out " + IntPlace()),
            Passing.In => arguments.Append(program.Once(2) ? Int(depth) : "in " + IntPlace()),
            _ => arguments,
        };
        return callee.Call([.. arguments]);
    }

    private string Leaf(Kind kind, Func<string> literal)
    {
        Variable[] fitting = [.. Visible.Where(v => v.Kind == kind)];
        return fitting.Length == 0 || program.Once(3) ? literal() : fitting[_random.Next(fitting.Length)].Name;
    }
}
