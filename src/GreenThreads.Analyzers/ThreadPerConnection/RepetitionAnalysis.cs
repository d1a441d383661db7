using System.Collections.Immutable;
using GreenThreads.Analyzers.Code;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GreenThreads.Analyzers.ThreadPerConnection;

/// <summary>Whether a piece of code runs once per connection, message or iteration.</summary>
/// <remarks>
/// It asks from the inside to the outside: the loops around the place; then, at the border of the function, the places that call it
/// or are given it as a delegate; and so on, until a loop without a bound is found or nobody calls. Only what leads to a
/// start of a thread is ever looked at, and that is little in any program (decision 70). Each function is looked at once in a search:
/// there are very many ways through the calls of a large program, but not so many functions (decision 100).
/// </remarks>
internal sealed partial class RepetitionAnalysis(SourceIndex index, Loops loops, BlockingCode blocking)
{
    /// <summary>A start that so many places lead to is that of a library for everything; who starts a thread there is not found out.</summary>
    private const int MaxPlaces = 400;

    private readonly Guards _guards = new(index);

    /// <summary>What is carried along on the way outwards.</summary>
    /// <param name="Site">The start that the question is about.</param>
    /// <param name="Serial">The work has ended when the call returns: it was joined or awaited.</param>
    /// <param name="Local">Stay in the function: ask nobody who calls it.</param>
    /// <param name="Guarded">Once for each object, by a test of one of its fields: only what arrives makes many such objects, not any loop.</param>
    /// <param name="Search">What is common to all ways from the start.</param>
    private sealed record Way(StartSite Site, bool Serial, bool Local, bool Guarded, Search Search)
    {
        public Way Concurrent => Serial ? this with { Serial = false } : this;
    }

    /// <summary>Why the start happens again and again; null when it does not.</summary>
    public Repetition? Of(StartSite site)
    {
        var search = new Search();
        search.Open.Enqueue((site.Start, new Way(site, Serial: false, Local: false, Guarded: false, search)));
        for (int places = 0; places < MaxPlaces && search.Open.Count > 0; places++)
        {
            (SyntaxNode place, Way way) = search.Open.Dequeue();
            if (Around(place, way) is { } found) return found;
        }
        return null;
    }

    // Nearest first, and without a recursion as deep as the calls of the program.
    private static Repetition? Later(SyntaxNode place, Way way)
    {
        way.Search.Open.Enqueue((place, way));
        return null;
    }

    private Repetition? Around(SyntaxNode place, Way way)
    {
        bool leftAll = false, leftInner = false, once = false;
        ISymbol? guard = null;
        SyntaxNode? limited = null;
        string? waited = Variable(place, way);
        SyntaxNode node = place;
        if (IsWaitedFor(place)) way = way with { Serial = true };
        for (; node.Parent is { } parent; node = parent)
        {
            switch (parent)
            {
                case IfStatementSyntax test when node is StatementSyntax branch && test.Statement == branch:
                    guard ??= _guards.OnceIn(test, branch);
                    if (_guards.IsLimit(test.Condition)) limited ??= test;
                    break;
                case ElseClauseSyntax { Parent: IfStatementSyntax test } clause:
                    guard ??= _guards.OnceIn(test, clause.Statement);
                    break;
                case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceAssignmentExpression } lazy when lazy.Right == node || lazy.Right.Span.Contains(place.Span):
                    guard ??= index.SymbolOf(lazy.Left);
                    break;
                // field ?? (field = new ...)
                case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } lazy when lazy.Right == node && lazy.Right.Unwrap() is AssignmentExpressionSyntax set && set.Left.LastName() == lazy.Left.LastName():
                    guard ??= index.SymbolOf(lazy.Left);
                    break;
            }
            if (parent.Statements() is { } statements && node is StatementSyntax statement)
            {
                int position = statements.IndexOf(statement);
                guard ??= _guards.OnceBefore(statements, position);
                if (limited is null && _guards.LimitBefore(statements, position)) limited = statement;
                for (int i = position; i < statements.Count; i++)
                {
                    if (statements[i] is ReturnStatementSyntax or ThrowStatementSyntax) leftAll = true;
                    else if (statements[i] is BreakStatementSyntax && parent is not SwitchSectionSyntax && !InSwitch(parent)) leftInner = true;
                    else if (i > position && Waits(statements[i], waited)) way = way with { Serial = true };
                    else if (EndsLoop(statements[i], parent)) leftInner = true;
                }
            }
            if (parent.LoopBody() is not null && !(parent is CommonForEachStatementSyntax each && each.Expression == node) && !(parent is ForStatementSyntax { Declaration: { } d } && d == node))
            {
                bool guarded = guard is not null && IsOutside(guard, parent) || limited is not null && !UsesDataOf(parent, place, way);
                if (!leftAll && !leftInner && !guarded && !way.Serial && !once && Repeats(parent, place, way) && Describe(parent) is var found && Counts(found, way)) return found;
                leftInner = false;
            }
            if (parent is LabeledStatementSyntax label && !leftAll && !way.Serial && JumpsBack(label, node) && Describe(label) is var again && Counts(again, way)) return again;
            if (!parent.IsFunction() || IsInitializer(node, parent)) continue;
            // a limit on what does not depend on the caller: a pool that grows
            return OfFunction(parent, guard, limited is not null && !UsesDataOf(parent, place, way), way);
        }
        return null;
    }

    private static bool IsInitializer(SyntaxNode node, SyntaxNode function) => function is PropertyDeclarationSyntax property && property.Initializer == node;

    private Repetition? OfFunction(SyntaxNode function, ISymbol? guard, bool isLimited, Way way)
    {
        switch (function)
        {
            case AnonymousFunctionExpressionSyntax lambda:
                return OfDelegate(lambda, way);
            case CompilationUnitSyntax:
                return null;
            case TypeDeclarationSyntax type:
                return !way.Local && index.ModelOf(type).GetDeclaredSymbol(type) is INamedTypeSymbol declared ? OfCreations(declared, way) : null;
        }
        ISymbol? symbol = index.ModelOf(function).GetDeclaredSymbol(function);
        if (symbol is null) return null;
        if (guard is IFieldSymbol or IPropertySymbol or IEventSymbol || isLimited)
        {
            // once per object: as often as objects are made
            ISymbol once = guard ?? symbol;
            return once.IsStatic || way.Local ? null : OfCreations(once.ContainingType, way with { Guarded = true });
        }
        if (symbol is IMethodSymbol { AssociatedSymbol: { } associated }) symbol = associated;
        if (way.Local && symbol is not IMethodSymbol { MethodKind: MethodKind.LocalFunction }) return null;
        if (!way.Search.Enters(symbol, way)) return null;
        if (!way.Serial && ByFramework(symbol, function) is { } entry) return entry;
        if (symbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor) return OfCreations(constructor.ContainingType, way);
        bool isAsync = symbol is IMethodSymbol { IsAsync: true };
        foreach (SimpleNameSyntax use in symbol is IMethodSymbol { MethodKind: MethodKind.LocalFunction } ? LocalUses(symbol, function) : index.UsesOf(symbol))
        {
            ExpressionSyntax whole = Creations.Whole(use);
            if (use.Parent is MemberBindingExpressionSyntax binding) whole = binding;
            Repetition? found;
            if (whole.Parent is InvocationExpressionSyntax invocation && invocation.Expression == whole)
            {
                if (IsCallOfItself(invocation, function) && AcceptsIn(function) is { } again) return again;
                found = Later(invocation, isAsync && !IsAwaited(invocation) ? way.Concurrent : way);
            }
            else
            {
                found = symbol is IMethodSymbol ? OfDelegate(whole, way) : Later(whole, way);
            }
            if (found is not null) return found;
        }
        return null;
    }

    private Repetition? OfCreations(INamedTypeSymbol type, Way way)
    {
        if (!way.Search.Enters(type, way)) return null;
        foreach (SyntaxNode creation in index.CreationsOf(type))
        {
            if (Later(creation, way) is { } found) return found;
        }
        return null;
    }

    // The function as a value: who is given it, and when do they call it?
    private Repetition? OfDelegate(ExpressionSyntax value, Way way)
    {
        ExpressionSyntax whole = value;
        while (whole.Parent is ParenthesizedExpressionSyntax or CastExpressionSyntax) whole = (ExpressionSyntax)whole.Parent;
        switch (whole.Parent)
        {
            case ArgumentSyntax { Parent: BaseArgumentListSyntax { Parent: { } call } } argument:
                return OfArgument(argument, call, way);
            case AssignmentExpressionSyntax assignment when assignment.Right == whole:
                return index.SymbolOf(assignment.Left) is { } target ? OfStored(target, assignment, way) : null;
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator }:
                return index.ModelOf(declarator).GetDeclaredSymbol(declarator) is { } variable ? OfStored(variable, declarator, way) : null;
            case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Invoke", Parent: InvocationExpressionSyntax invocation }:
                return Later(invocation, way);
            case InvocationExpressionSyntax invocation when invocation.Expression == whole:
                return Later(invocation, way);
            case ConditionalExpressionSyntax or BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression }:
                return OfDelegate((ExpressionSyntax)whole.Parent, way);
            case InitializerExpressionSyntax or ExpressionElementSyntax:
                // one of several in a collection
                for (SyntaxNode? n = whole.Parent; n is not null and not StatementSyntax and not MemberDeclarationSyntax; n = n.Parent)
                {
                    if (n is EqualsValueClauseSyntax or AssignmentExpressionSyntax) return n is AssignmentExpressionSyntax a ? OfDelegate(a.Right, way) : OfDelegate(((EqualsValueClauseSyntax)n).Value, way);
                }
                return null;
            default:
                return null;
        }
    }

    private Repetition? OfArgument(ArgumentSyntax argument, SyntaxNode call, Way way)
    {
        if (call is ElementAccessExpressionSyntax || index.SymbolOf(call) is not IMethodSymbol method) return null;
        var definition = (IMethodSymbol)SourceIndex.Definition(method);
        if (definition.ContainingType.TypeKind == TypeKind.Delegate)
            return call is ExpressionSyntax made ? OfDelegate(made, way) : null; // new ThreadStart(...)
        if (!index.IsInSource(definition) || definition.ContainingType.IsImplicitlyDeclared)
        {
            string space = definition.ContainingNamespace?.ToDisplayString() ?? "";
            if (space.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) && (definition.Name.StartsWith("Map", StringComparison.Ordinal) || definition.Name is "Use" or "Run"))
                return new Repetition(Repetition.Request, call.GetLocation());
            if (definition.Name.StartsWith("Begin", StringComparison.Ordinal) && ArrivesBy(definition.Name) is { } unit) return new Repetition(unit, call.GetLocation());
            bool leavesThread = space is "System.Threading" or "System.Threading.Tasks" or "GreenThreads" && definition.ContainingType.Name != "Parallel";
            return Later(call, leavesThread ? way.Concurrent : way);
        }
        // a method of the same source: what does it do with its parameter?
        IParameterSymbol? parameter = ParameterOf(argument, method);
        return (parameter is null ? null : OfParameter((IParameterSymbol)parameter.OriginalDefinition, way)) ?? Later(call, way);
    }

    private static IParameterSymbol? ParameterOf(ArgumentSyntax argument, IMethodSymbol method)
    {
        if (argument.NameColon is { } name) return method.Parameters.FirstOrDefault(p => p.Name == name.Name.Identifier.ValueText);
        int position = ((BaseArgumentListSyntax)argument.Parent!).Arguments.IndexOf(argument);
        ImmutableArray<IParameterSymbol> parameters = method.Parameters;
        return position < parameters.Length ? parameters[position] : parameters.LastOrDefault(p => p.IsParams);
    }

    private Repetition? OfParameter(IParameterSymbol parameter, Way way)
    {
        if (parameter.ContainingSymbol is IMethodSymbol { ReducedFrom: { } reduced }) parameter = reduced.Parameters[parameter.Ordinal + 1];
        if (!way.Search.Enters(parameter, way)) return null;
        Way inside = way with { Local = true };
        foreach (SyntaxNode declaration in index.DeclarationsOf(parameter.ContainingSymbol))
        {
            foreach (SimpleNameSyntax use in declaration.DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (use.Identifier.ValueText != parameter.Name || !SymbolEqualityComparer.Default.Equals(index.SymbolOf(use), parameter)) continue;
                if (OfUse(use, inside, way) is { } found) return found;
            }
        }
        // record R(Action Handler) declares a property
        if (parameter.ContainingType is { IsRecord: true } record && record.GetMembers(parameter.Name).OfType<IPropertySymbol>().FirstOrDefault() is { } property) return OfStored(property, null, way);
        // called through the contract: by what implements it
        if (parameter.ContainingSymbol is IMethodSymbol { IsAbstract: true } contract)
        {
            foreach (IMethodSymbol implementation in index.ImplementationsOf(contract))
            {
                if (OfParameter(implementation.Parameters[parameter.Ordinal], way) is { } found) return found;
            }
        }
        return null;
    }

    private Repetition? OfStored(ISymbol variable, SyntaxNode? registration, Way way)
    {
        ISymbol definition = SourceIndex.Definition(variable);
        if (!way.Search.Enters(definition, way)) return null;
        if (!index.IsInSource(definition))
            return definition is IEventSymbol or IPropertySymbol && registration is not null && ArrivesBy(definition.Name) is { } unit ? new Repetition(unit, registration.GetLocation()) : null;
        foreach (SimpleNameSyntax use in Creations.UsesIn(definition, index))
        {
            if (OfUse(use, way, way) is { } found) return found;
        }
        return null;
    }

    // A variable that holds the function: called here, or passed on?
    private Repetition? OfUse(SimpleNameSyntax use, Way calls, Way stores)
    {
        ExpressionSyntax whole = Creations.Whole(use);
        if (whole.Parent is ElementAccessExpressionSyntax element && element.Expression == whole) whole = element;
        return whole.Parent switch
        {
            InvocationExpressionSyntax invocation when invocation.Expression == whole => Later(invocation, calls),
            ConditionalAccessExpressionSyntax access when access.Expression == whole => Later(access, calls),
            MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Invoke" or "BeginInvoke" or "DynamicInvoke", Parent: InvocationExpressionSyntax invocation } => Later(invocation, calls),
            AssignmentExpressionSyntax assignment when assignment.Left == whole => null,
            // into a field: whoever calls that
            AssignmentExpressionSyntax or EqualsValueClauseSyntax => OfDelegate(whole, stores),
            _ => OfDelegate(whole, calls),
        };
    }

    private static bool Counts(Repetition found, Way way) => !way.Guarded || found.Unit != Repetition.Iteration;

    private bool Repeats(SyntaxNode loop, SyntaxNode place, Way way) => loops.KindOf(loop) switch
    {
        LoopKind.Unbounded => true,
        LoopKind.Collection => RepeatsPerElement(loop, place, way),
        _ => false,
    };

    // A thread for each element of a collection, when it ends with the element's work. A thread for each of some listeners, that runs as long as the program, is a pool.
    private bool RepeatsPerElement(SyntaxNode loop, SyntaxNode place, Way way)
    {
        if (!way.Site.OwnsThread || !UsesDataOf(loop, place, way)) return false;
        List<SyntaxNode> bodies = [.. Bodies.Of(way.Site.Body, index)];
        return bodies.Count > 0 && !blocking.RunsForever(bodies, loops) && blocking.Waits(bodies, hasConnection: true);
    }

    // Whether what is started depends on the element or connection of this turn of the loop.
    private static bool UsesDataOf(SyntaxNode loop, SyntaxNode place, Way way)
    {
        var names = new HashSet<string>();
        foreach (SyntaxNode node in loop.DescendantsHere().Prepend(loop))
        {
            switch (node)
            {
                case VariableDeclaratorSyntax variable when variable.Initializer?.Value is not { } value || !value.Span.Contains(place.SpanStart) && !value.Span.Contains(way.Site.Place.SpanStart): names.Add(variable.Identifier.ValueText); break;
                case SingleVariableDesignationSyntax variable: names.Add(variable.Identifier.ValueText); break;
                case ForEachStatementSyntax each: names.Add(each.Identifier.ValueText); break;
                case ParameterSyntax parameter: names.Add(parameter.Identifier.ValueText); break;
            }
        }
        IEnumerable<SyntaxNode> started = place == way.Site.Start ? [place, way.Site.Place] : [place];
        return started.Any(s => s.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => names.Contains(n.Identifier.ValueText)));
    }

    private Repetition Describe(SyntaxNode loop) => loops.ArrivalIn(loop) switch
    {
        ({ } call, true) => new Repetition(Repetition.Connection, call.GetLocation()),
        ({ } call, false) => new Repetition(Repetition.Message, call.GetLocation()),
        _ => new Repetition(Repetition.Iteration, loop.GetFirstToken().GetLocation()),
    };

    // Code that a framework calls for each request or connection.
    private Repetition? ByFramework(ISymbol symbol, SyntaxNode function)
    {
        if (symbol is not IMethodSymbol method) return null;
        if (EndOfAccept(function) is { } end) return new Repetition(Repetition.Connection, end.GetLocation());
        INamedTypeSymbol type = method.ContainingType;
        bool isRequest = method.DeclaredAccessibility == Accessibility.Public && method.MethodKind == MethodKind.Ordinary
            && (type.IsOrDerivesFrom("Microsoft.AspNetCore.Mvc.ControllerBase") || type.IsOrDerivesFrom("Microsoft.AspNetCore.SignalR.Hub")
                || method.Name is "Invoke" or "InvokeAsync" && method.Parameters.Any(p => p.Type.Name == "HttpContext"));
        if (isRequest) return new Repetition(Repetition.Request, function.GetFirstToken().GetLocation());
        IMethodSymbol? foreign = method.OverriddenMethod;
        while (foreign?.OverriddenMethod is { } further) foreign = further;
        if (foreign is not null && !index.IsInSource(foreign) && ArrivesBy(foreign.Name) is { } unit) return new Repetition(unit, function.GetFirstToken().GetLocation());
        return null;
    }

    // What the name of an event, callback or hook says that comes.
    private static string? ArrivesBy(string name)
    {
        if (Has("Accept") || Has("GetContext") || Has("WaitForConnection") || Has("Connected") || Has("NewConnection") || Has("NewSession")) return Repetition.Connection;
        if (Has("Received") || Has("Receive") || Has("Message") || Has("NewRequest")) return Repetition.Message;
        return null;

        bool Has(string part) => name.IndexOf(part, StringComparison.Ordinal) >= 0;
    }

    // listener.EndAccept(result), e.AcceptSocket: the function runs once per connection
    private static SyntaxNode? EndOfAccept(SyntaxNode function) => function.BodyOf()?.DescendantsHere().FirstOrDefault(n =>
        n is InvocationExpressionSyntax invocation && invocation.CalledName() is "EndAccept" or "EndAcceptSocket" or "EndAcceptTcpClient" or "EndGetContext" or "EndWaitForConnection"
        && ((InvocationExpressionSyntax)n).ArgumentList.Arguments.Any(a => a.Expression is IdentifierNameSyntax)
        || n is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "AcceptSocket", Parent: not InvocationExpressionSyntax and not AssignmentExpressionSyntax { Right.RawKind: (int)SyntaxKind.NullLiteralExpression } });

    private static bool IsCallOfItself(SyntaxNode call, SyntaxNode function) => function.Span.Contains(call.Span) && call.Ancestors().TakeWhile(a => a != function).All(a => !a.IsFunction());

    private Repetition? AcceptsIn(SyntaxNode function) =>
        function.BodyOf() is { } body && loops.ArrivalIn(body) is { IsAccept: true } arrival ? new Repetition(Repetition.Connection, arrival.Call.GetLocation()) : null;

    private static IEnumerable<SimpleNameSyntax> LocalUses(ISymbol function, SyntaxNode declaration) =>
        declaration.FunctionAround().DescendantNodes().OfType<SimpleNameSyntax>().Where(n => n.Identifier.ValueText == function.Name);

    private static bool IsAwaited(SyntaxNode call)
    {
        SyntaxNode node = call;
        while (node.Parent is ParenthesizedExpressionSyntax or MemberAccessExpressionSyntax or ConditionalAccessExpressionSyntax or InvocationExpressionSyntax) node = node.Parent;
        return node.Parent is AwaitExpressionSyntax || IsWaitedFor(call) || node is InvocationExpressionSyntax { Parent: ArrowExpressionClauseSyntax or ReturnStatementSyntax };
    }

    // await Task.Run(...), Task.Run(...).Wait()
    private static bool IsWaitedFor(SyntaxNode start)
    {
        SyntaxNode node = start;
        while (node.Parent is ParenthesizedExpressionSyntax) node = node.Parent;
        while (node.Parent is MemberAccessExpressionSyntax access)
        {
            if (access.Name.Identifier.ValueText is "Wait" or "Result" or "GetAwaiter") return true;
            if (access.Parent is not InvocationExpressionSyntax { Parent: { } } call || access.Name.Identifier.ValueText is not "ConfigureAwait" and not "WaitAsync") return false;
            node = call;
        }
        return node.Parent is AwaitExpressionSyntax;
    }

    // The variable or collection that the started thread or task goes to.
    private static string? Variable(SyntaxNode place, Way way)
    {
        if (way.Site.Kind == StartKind.Thread && place == way.Site.Start) return way.Site.Start.Receiver()?.Unwrap().LastName();
        SyntaxNode node = place;
        while (node.Parent is ParenthesizedExpressionSyntax or AwaitExpressionSyntax) node = node.Parent;
        return node.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } => declarator.Identifier.ValueText,
            AssignmentExpressionSyntax assignment => assignment.Left.LastName(),
            ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax add } => add.Receiver()?.LastName(),
            _ => null,
        };
    }

    // A later statement of the same block that waits for the end of the work.
    private bool Waits(StatementSyntax statement, string? variable)
    {
        if (statement is IfStatementSyntax or LocalFunctionStatementSyntax) return false;
        foreach (SyntaxNode node in statement.DescendantsHere().Prepend(statement))
        {
            switch (node)
            {
                case InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } join when join.CalledName() == "Join" && join.Receiver() is { } thread && index.TypeOf(thread) is { Name: "Thread" }:
                    if (thread.LastName() == variable || join.FirstAncestorOrSelf<CommonForEachStatementSyntax>() is { } each && statement.Span.Contains(each.Span)) return true;
                    break;
                case InvocationExpressionSyntax wait when variable is not null && wait.CalledName() is "Wait" or "WaitAll" or "WhenAll" or "GetAwaiter":
                    if (wait.ToString().Contains(variable!)) return true;
                    break;
                case AwaitExpressionSyntax { Expression: IdentifierNameSyntax awaited } when awaited.Identifier.ValueText == variable: return true;
                case MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Result", Expression: IdentifierNameSyntax task } when task.Identifier.ValueText == variable: return true;
            }
        }
        return false;
    }

    private static bool InSwitch(SyntaxNode node)
    {
        for (SyntaxNode? n = node; n is not null && n.LoopBody() is null && !n.IsFunction(); n = n.Parent)
        {
            if (n is SwitchStatementSyntax) return true;
        }
        return false;
    }

    // started = true; in while (!started)
    private static bool EndsLoop(StatementSyntax statement, SyntaxNode block)
    {
        if (statement is not ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax flag, Right: LiteralExpressionSyntax value } }) return false;
        SyntaxNode? loop = block.AncestorsAndSelf().TakeWhile(n => !n.IsFunction()).FirstOrDefault(n => n.LoopBody() is not null);
        ExpressionSyntax? condition = loop switch { WhileStatementSyntax w => w.Condition, DoStatementSyntax d => d.Condition, _ => null };
        return condition?.Unwrap() switch
        {
            PrefixUnaryExpressionSyntax { Operand: IdentifierNameSyntax tested } => value.IsKind(SyntaxKind.TrueLiteralExpression) && tested.Identifier.ValueText == flag.Identifier.ValueText,
            IdentifierNameSyntax tested => value.IsKind(SyntaxKind.FalseLiteralExpression) && tested.Identifier.ValueText == flag.Identifier.ValueText,
            _ => false,
        };
    }

    // again: ... goto again;
    private static bool JumpsBack(LabeledStatementSyntax label, SyntaxNode inside) => GotoTo(label, inside);

    private static bool GotoTo(LabeledStatementSyntax label, SyntaxNode inside) => label.Parent is { } block
        && block.DescendantNodes().OfType<GotoStatementSyntax>().Any(g => g.Expression is IdentifierNameSyntax name && name.Identifier.ValueText == label.Identifier.ValueText && g.SpanStart > inside.SpanStart);

    // Whether the variable lives longer than one turn of the loop.
    private static bool IsOutside(ISymbol variable, SyntaxNode loop) =>
        variable is not ILocalSymbol || !variable.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == loop.SyntaxTree && loop.Span.Contains(r.Span));
}
