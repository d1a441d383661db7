namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>What a generated variable holds.</summary>
internal enum Kind
{
    Int,
    Text,
    Long,
    Value,
}

/// <summary>A variable that is in scope.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its type.</param>
/// <param name="CanCapture">Whether a lambda may capture it: not a ref parameter.</param>
/// <param name="CanAssign">Whether it may be assigned: not a foreach variable.</param>
internal sealed record Variable(string Name, Kind Kind, bool CanCapture = true, bool CanAssign = true);

/// <summary>A method that generated code may call.</summary>
internal sealed record Callee(string Name, Kind Result, Kind[] Parameters, bool HasRef);

/// <summary>Random expressions over the variables in scope. Most of them wait somewhere.</summary>
internal sealed class ExpressionGenerator(Random random, IReadOnlyList<Callee> callees)
{
    private int _lambdas;
    private int _lambdaDepth;

    /// <summary>The variables in scope.</summary>
    public List<Variable> Scope { get; } = [];

    /// <summary>The C# type.</summary>
    public static string TypeOf(Kind kind) => kind switch { Kind.Int => "int", Kind.Text => "string", Kind.Long => "long", _ => "Value" };

    public Kind AnyKind() => (Kind)random.Next(4);

    public string Of(Kind kind, int depth) => kind switch
    {
        Kind.Int => Int(depth),
        Kind.Text => Text(depth),
        Kind.Long => Long(depth),
        _ => Value(depth),
    };

    public string Condition(int depth) => random.Next(6) switch
    {
        0 => $"{Int(depth)} > {Int(0)}",
        1 => $"W.Id({Int(depth)} % 3 == 0)",
        2 => $"({Int(0)} & 1) == 0 && {Int(depth)} < 50",
        3 => $"{Text(depth)}.Length > 2 || W.Id({Long(0)} > 4)",
        4 => $"!W.Id({Long(depth)} > {Long(0)})",
        _ => $"{Int(0)} != {Int(0)}",
    };

    /// <summary>From here to the matching <see cref="LeaveLambda"/> only what a lambda may capture is used.</summary>
    public void EnterLambda() => _lambdaDepth++;

    public void LeaveLambda() => _lambdaDepth--;

    private IEnumerable<Variable> Visible => Scope.Where(v => _lambdaDepth == 0 || v.CanCapture);

    /// <summary>A variable that can be assigned; null if there is none.</summary>
    public Variable? Target(Kind? kind = null)
    {
        Variable[] targets = [.. Visible.Where(v => v.CanAssign && (kind is null || v.Kind == kind))];
        return targets.Length == 0 ? null : targets[random.Next(targets.Length)];
    }

    private string Int(int depth)
    {
        if (depth <= 0) return Leaf(Kind.Int, () => random.Next(-3, 20).ToString());
        int d = depth - 1;
        return random.Next(26) switch
        {
            0 or 1 => $"W.Id({Int(d)})",
            2 => $"unchecked({Int(d)} + {Int(d)})",
            3 => $"unchecked({Int(d)} * {Int(d)})",
            4 => $"unchecked({Int(d)} - {Int(d)})",
            5 => $"({Condition(d)} ? {Int(d)} : {Int(d)})",
            6 => $"c.Array[{Int(d)} & 3]",
            7 => $"c.Seen({Int(d)})",
            8 => $"{Text(d)}.Length",
            9 => $"unchecked((int){Long(d)})",
            10 => $"{Value(d)}.C",
            11 => $"c.Node.Virtual({Int(d)})",
            12 => $"c.Shape.Slot({Int(d)}, {Text(d)})",
            13 => $"Kit.Pick({Int(d)}, {Int(d)}, {Condition(0)})",
            14 => $"Kit.Divide({Int(d)}, {Int(d)})",
            15 => Lambda(Kind.Int, d),
            16 => $"({Int(d)} switch {{ 0 => {Int(d)}, > 5 => {Int(d)}, _ => {Int(0)} }})",
            17 => $"(Kit.Maybe({Int(d)}) ?? {Int(d)})",
            18 => $"({Int(d)}, {Text(d)}).Item1",
            19 => Target(Kind.Int) is { } target ? $"Kit.Increment(ref {target.Name})" : Int(d),
            20 => Target(Kind.Int) is { } target ? $"({target.Name} = {Int(d)})" : Int(d),
            21 => $"new Made(c, {Int(d)}).Number",
            22 => $"Kit.Sum({Int(d)}, {Int(d)}, W.Id({Int(0)}))",
            23 => $"c.Delegate({Int(d)})",
            _ => Call(Kind.Int, d) ?? Int(d),
        };
    }

    private string Text(int depth)
    {
        if (depth <= 0) return Leaf(Kind.Text, () => $"\"{(char)('a' + random.Next(26))}\"");
        int d = depth - 1;
        return random.Next(14) switch
        {
            0 or 1 => $"W.Id({Text(d)})",
            2 => $"Kit.Cut({Text(d)} + {Int(d)} + {Text(d)})",
            3 => $"Kit.Cut($\"{{{Int(d)}}}-{{{Text(d)}}}\")",
            4 => $"({Condition(d)} ? {Text(d)} : {Text(d)})",
            5 => $"Kit.Generic({Text(d)}, {Value(d)})",
            6 => $"Kit.Cut($\"{{{Long(d)}:x}}{{{Value(d)}}}\")",
            7 => $"{Value(d)}.T",
            8 => Lambda(Kind.Text, d),
            9 => $"c.Shape.Name",
            10 => $"Kit.Cut(c.Node.Describe({Value(d)}))",
            11 => Target(Kind.Text) is { } target ? $"({target.Name} = {Text(d)})" : Text(d),
            12 => $"(W.Id<string?>({Text(d)}) ?? {Text(d)})",
            _ => Call(Kind.Text, d) ?? Text(d),
        };
    }

    private string Long(int depth)
    {
        if (depth <= 0) return Leaf(Kind.Long, () => random.Next(9) + "L");
        int d = depth - 1;
        return random.Next(9) switch
        {
            0 or 1 => $"W.Id({Long(d)})",
            2 => $"({Long(d)} + {Int(d)})",
            3 => $"({Long(d)} ^ {Long(d)})",
            4 => $"{Value(d)}.A",
            5 => $"c.Field",
            6 => $"Kit.Pick({Long(d)}, {Long(d)}, {Condition(0)})",
            7 => Lambda(Kind.Long, d),
            _ => Call(Kind.Long, d) ?? Long(d),
        };
    }

    private string Value(int depth)
    {
        if (depth <= 0) return Leaf(Kind.Value, () => $"new Value({random.Next(9)}, \"v\", {random.Next(5)})");
        int d = depth - 1;
        return random.Next(8) switch
        {
            0 or 1 => $"W.Id({Value(d)})",
            2 => $"new Value({Long(d)}, {Text(d)}, {Int(d)})",
            3 => $"({Value(d)} with {{ C = {Int(d)} }})",
            4 => $"({Value(d)} + {Value(d)})",
            5 => $"Kit.Pick({Value(d)}, {Value(d)}, {Condition(0)})",
            6 => Target(Kind.Value) is { } target ? $"{target.Name}.Bump({Int(d)})" : Value(d),
            _ => Call(Kind.Value, d) ?? Value(d),
        };
    }

    // A lambda over its argument and the captured variables, called on the spot.
    private string Lambda(Kind kind, int depth)
    {
        string argument = Int(depth);
        EnterLambda();
        var parameter = new Variable("x" + _lambdas++, Kind.Int);
        Scope.Add(parameter);
        string body = Of(kind, depth);
        Scope.Remove(parameter);
        LeaveLambda();
        return $"((Func<int, {TypeOf(kind)}>)({parameter.Name} => {body}))({argument})";
    }

    private string? Call(Kind kind, int depth)
    {
        Callee[] fitting = [.. callees.Where(m => m.Result == kind)];
        if (fitting.Length == 0) return null;
        Callee callee = fitting[random.Next(fitting.Length)];
        string arguments = string.Join(", ", callee.Parameters.Select(p => Of(p, depth)).Prepend("c"));
        if (!callee.HasRef) return $"{callee.Name}({arguments})";
        return $"{callee.Name}({arguments}, ref {(Target(Kind.Int) is { } target && random.Next(3) > 0 ? target.Name : $"c.Array[{Int(0)} & 3]")})";
    }

    private string Leaf(Kind kind, Func<string> literal)
    {
        Variable[] fitting = [.. Visible.Where(v => v.Kind == kind)];
        return fitting.Length == 0 || random.Next(3) == 0 ? literal() : fitting[random.Next(fitting.Length)].Name;
    }
}
