namespace GreenThreads.Weaver.Tests.Generated;

/// <summary>Numbers.</summary>
internal sealed partial class ExpressionGenerator
{
    private string Int(int depth)
    {
        if (depth <= 0) return Leaf(Kind.Int, () => _random.Next(-3, 20).ToString());
        int d = depth - 1;
        return _random.Next(56) switch
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
            19 or 20 => $"Kit.Increment(ref {IntPlace()})",
            21 => Target(Kind.Int) is { } target ? $"({target.Name} = {Int(d)})" : Int(d),
            22 => $"new Made(c, {Int(d)}).Number",
            23 => $"Kit.Sum({Int(d)}, {Int(d)}, W.Id({Int(0)}))",
            24 => $"c.Delegate({Int(d)})",
            25 => ObjectSwitch(d),
            26 when !program.IsCalm => $"c.At({Int(d)})",
            27 when !program.IsCalm => $"(c.At({Int(d)}) += {Int(d)})",
            28 => $"c.Array[^{_random.Next(1, 5)}]",
            29 => $"checked(W.Id({Int(d)}) * {_random.Next(1, 1 << 30)})",
            30 => Half(d),
            31 => $"Kit.Swap(ref {IntPlace()}, ref {IntPlace()})",
            32 => Target(Kind.Value) is { } value ? $"Kit.Length(in {value.Name})" : $"Kit.Length({Value(d)})",
            33 => $"Kit.Add<Meters>({Int(d)}, {Int(d)})",
            34 => $"((IGet<int>)c.Both).Get({Int(d)})",
            35 => $"c.Ring({Int(d)})",
            36 => $"Kit.Twice(c.Node.Virtual, {Int(d)})",
            37 => $"Kit.Compose<int>(c.Delegate, c.Seen)({Int(d)})",
            38 => $"new Pair({Int(d)}, {Text(d)}).Sum",
            39 => $"(new Pair({Int(d)}, \"q\") with {{ Left = {Int(d)} }}).Left",
            40 => $"Kit.Inline({Int(d)})",
            41 when !program.IsCalm => $"new Cursor(c.Array.AsSpan({Int(0)} & 3)).Next()",
            42 => $"Kit.Rotate(c.Array.AsSpan({_random.Next(0, 2)}, {_random.Next(1, 3)}))",
            43 => $"{Numbers(d)}.Length",
            44 => $"(c.Number = {Int(d)})",
            45 => $"(c[{Int(d)}] {program.Pick("+=", "=", "-=")} {Int(d)})",
            46 => "c.Number++",
            47 => $"({Condition(0)} ? {Int(d)} : throw new CorpusException({Text(0)}))",
            48 => $"(int){Value(d)}",
            49 when !program.IsCalm => $"Kit.Larger(ref {IntPlace()}, ref {IntPlace()})",
            50 => $"new Box<string>({Text(d)}).Map({Nested(Kind.Int, d)}).Value",
            51 => $"Kit.Deep({Int(0)} & 31, {Condition(0)})",
            52 when !program.IsCalm => Rare(d),
            52 => "c.Nothing!.Virtual(1)",
            _ => Call(Kind.Int, d) ?? Int(d),
        };
    }

    private string ObjectSwitch(int d)
    {
        string n = program.Name("n"), s = program.Name("s"), v = program.Name("v");
        return $"({Object(d)} switch {{ int {n} => {n} + {Int(d)}, string {s} when {s}.Length > W.Id(1) => {s}.Length, "
            + $"Value {{ C: > 1 }} {v} => {v}.C, null => W.Id(-1), _ => {Int(d)} }})";
    }

    private string Half(int d)
    {
        string half = program.Name("h");
        return $"(Kit.TryHalf({Int(d)}, out int {half}) ? {half} : {Int(d)})";
    }

    // A lambda that is handed over instead of being called.
    private string Nested(Kind kind, int depth)
    {
        string name = program.Name("y");
        EnterLambda();
        string body = Of(kind, depth);
        LeaveLambda();
        return $"{name} => {body}";
    }

    // What is not woven calls back, what cannot move, and locks.
    private string Rare(int d)
    {
        switch (_random.Next(5))
        {
            case 0:
                program.Pins.Add("callback from a method that is not woven");
                return $"Foreign.Twice({Int(d)}, {Nested(Kind.Int, d)})";
            case 1:
                program.Pins.Add("callback from LINQ");
                return $"{Numbers(0)}.Select(W.Id).Sum()";
            case 2:
                program.Pins.Add("an async method waits");
                return $"c.Later({Int(d)}).Result";
            case 3 when AllowsReferences && !IsInHandler && !IsInLambda:
                return $"Kit.Sum(stackalloc int[] {{ {Int(d)}, {Int(0)} }})";
            default:
                return $"c.Guarded({Int(d)})";
        }
    }

    private string Long(int depth)
    {
        if (depth <= 0) return Leaf(Kind.Long, () => _random.Next(9) + "L");
        int d = depth - 1;
        return _random.Next(12) switch
        {
            0 or 1 => $"W.Id({Long(d)})",
            2 => $"({Long(d)} + {Int(d)})",
            3 => $"({Long(d)} ^ {Long(d)})",
            4 => $"{Value(d)}.A",
            5 => "c.Field",
            6 => $"Kit.Pick({Long(d)}, {Long(d)}, {Condition(0)})",
            7 => Lambda(Kind.Long, d),
            8 => $"(c.Field += {Long(d)})",
            9 => $"unchecked((long){Double(d)})",
            _ => Call(Kind.Long, d) ?? Long(d),
        };
    }

    private string Double(int depth)
    {
        if (depth <= 0) return Leaf(Kind.Double, () => _random.Next(9) + ".5");
        int d = depth - 1;
        return _random.Next(8) switch
        {
            0 or 1 => $"W.Id({Double(d)})",
            2 => $"({Double(d)} + {Int(d)})",
            3 => $"({Double(d)} / {Double(d)})",
            4 => $"(double){Long(d)}",
            5 => $"Kit.Pick({Double(d)}, {Double(d)}, {Condition(0)})",
            6 => Lambda(Kind.Double, d),
            _ => Call(Kind.Double, d) ?? Double(d),
        };
    }
}
