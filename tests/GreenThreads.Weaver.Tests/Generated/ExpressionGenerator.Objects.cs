namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>Texts, structs, objects and arrays.</summary>
internal sealed partial class ExpressionGenerator
{
    private string Text(int depth)
    {
        if (depth <= 0) return Leaf(Kind.Text, () => $"\"{(char)('a' + _random.Next(26))}\"");
        int d = depth - 1;
        return _random.Next(22) switch
        {
            0 or 1 => $"W.Id({Text(d)})",
            2 => $"Kit.Cut({Text(d)} + {Int(d)} + {Text(d)})",
            3 => $"Kit.Cut($\"{{{Int(d)}}}-{{{Text(d)},4}}\")",
            4 => $"({Condition(d)} ? {Text(d)} : {Text(d)})",
            5 => $"Kit.Generic({Text(d)}, {Value(d)})",
            6 => $"Kit.Cut($\"{{{Long(d)}:x}}{{{Value(d)}}}\")",
            7 => $"{Value(d)}.T",
            8 => Lambda(Kind.Text, d),
            9 => "c.Shape.Name",
            10 => $"Kit.Cut(c.Node.Describe({Value(d)}))",
            11 => Target(Kind.Text) is { } target ? $"({target.Name} = {Text(d)})" : Text(d),
            12 => $"(W.Id<string?>({Text(d)}) ?? {Text(d)})",
            13 => $"((IGet<string>)c.Both).Get({Text(d)})",
            14 => $"Kit.Join(\"-\", {Int(d)}, {Text(d)}, {Double(d)})",
            15 when !program.IsCalm => $"Kit.Format($\"t{{{Int(d)}}}{{{Text(d)}}}\")",
            16 => $"c.Node.Copy().GetType().Name",
            17 => $"({Int(d)} switch {{ < 0 => {Text(d)}, 1 or 2 => {Text(0)}, _ => {Text(d)} }})",
            18 => $"((string){program.Pick("W.Id<object>", "(object)")}({Text(d)}))",
            19 => $"Kit.Cut($\"{{{Double(d)}}}\")",
            _ => Call(Kind.Text, d) ?? Text(d),
        };
    }

    private string Value(int depth)
    {
        if (depth <= 0) return Leaf(Kind.Value, () => $"new Value({_random.Next(9)}, \"v\", {_random.Next(5)})");
        int d = depth - 1;
        return _random.Next(11) switch
        {
            0 or 1 => $"W.Id({Value(d)})",
            2 => $"new Value({Long(d)}, {Text(d)}, {Int(d)})",
            3 => $"({Value(d)} with {{ C = {Int(d)} }})",
            4 => $"({Value(d)} + {Value(d)})",
            5 => $"Kit.Pick({Value(d)}, {Value(d)}, {Condition(0)})",
            6 => Target(Kind.Value) is { } target ? $"{target.Name}.Bump({Int(d)})" : Value(d),
            7 => $"c.Stored.Bump({Int(d)})",
            8 => $"(new Value[] {{ {Value(d)}, {Value(0)} }})[{Int(0)} & 1].Bump({Int(d)})",
            _ => Call(Kind.Value, d) ?? Value(d),
        };
    }

    private string Object(int depth)
    {
        if (depth <= 0) return Leaf(Kind.Object, () => program.Pick("(object?)null", "(object)7", "(object)\"o\""));
        int d = depth - 1;
        return _random.Next(9) switch
        {
            0 => $"W.Id({Object(d)})",
            1 or 2 => $"(object){Int(d)}",
            3 => $"(object){Value(d)}",
            4 => $"(object){Text(d)}",
            5 => $"({Condition(d)} ? {Object(d)} : {Object(d)})",
            6 => Lambda(Kind.Object, d),
            7 => $"({Object(d)} ?? {Object(d)})",
            _ => Call(Kind.Object, d) ?? Object(d),
        };
    }

    private string Numbers(int depth)
    {
        if (depth <= 0) return Leaf(Kind.Numbers, () => "c.Array");
        int d = depth - 1;
        return _random.Next(6) switch
        {
            0 => $"W.Id({Numbers(d)})",
            1 => $"(new int[] {{ {Int(d)}, {Int(d)} }})",
            2 => $"Kit.List([{Int(d)}, .. {Numbers(0)}])",
            3 => $"Kit.Pick({Numbers(0)}, {Numbers(d)}, {Condition(0)})",
            4 => $"{Numbers(d)}[({Int(d)} & 1)..]",
            _ => Call(Kind.Numbers, d) ?? Numbers(d),
        };
    }
}
