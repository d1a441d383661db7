using System.Collections.Immutable;
using GreenThreads.Analyzers.Code;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace GreenThreads.Analyzers.ThreadPerConnection;

/// <summary>Plans how a start becomes <c>GreenThread.Start</c>, with everything that belongs to it, or says why it cannot.</summary>
internal sealed class ConversionPlanner(SourceIndex index)
{
    // A carrier's stack is at least this large; a thread that asks for more recurses deeply.
    private const int LargestStack = 1 << 20;

    /// <summary>Plans the conversion of one start.</summary>
    public ThreadConversion Plan(StartSite site)
    {
        var changes = new List<TextChange>();
        try
        {
            RefuseBody(site);
            if (site.Kind == StartKind.Thread) PlanThread(site, changes);
            else PlanTask(site, changes);
            return new ThreadConversion(null, [.. changes.Distinct()]);
        }
        catch (RefusedException refused)
        {
            return ThreadConversion.Refuse(refused.Message);
        }
    }

    private void RefuseBody(StartSite site)
    {
        var open = new Queue<(SyntaxNode Function, int Depth)>(Bodies.Of(site.Body, index).Select(b => (b, 0)));
        var seen = new HashSet<SyntaxNode>();
        while (open.Count > 0)
        {
            (SyntaxNode function, int depth) = open.Dequeue();
            if (!seen.Add(function) || function.BodyOf() is not { } body) continue;
            foreach (SyntaxNode node in body.DescendantNodesAndSelf())
            {
                if (node is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "CurrentThread" } current && index.SymbolOf(current)?.ContainingType?.Name == "Thread")
                    throw new RefusedException("its body uses Thread.CurrentThread, which is the carrier on a green thread");
                if (depth < 3 && node is InvocationExpressionSyntax call && index.SymbolOf(call) is IMethodSymbol method)
                {
                    foreach (SyntaxNode declaration in index.DeclarationsOf(SourceIndex.Definition(method))) open.Enqueue((declaration, depth + 1));
                }
            }
        }
    }

    // ---- threads

    private void PlanThread(StartSite site, List<TextChange> changes)
    {
        BaseObjectCreationExpressionSyntax creation = site.Creation ?? throw new RefusedException("the thread is made elsewhere");
        var constructor = index.SymbolOf(creation) as IMethodSymbol;
        bool hasParameter = constructor?.Parameters.FirstOrDefault()?.Type.Name == "ParameterizedThreadStart";
        if (creation.ArgumentList is { Arguments.Count: 2 } arguments
            && index.ModelOf(creation).GetConstantValue(arguments.Arguments[1].Expression).Value is not <= LargestStack)
            throw new RefusedException("it asks for a stack of its own size; a green thread runs on that of its carrier");
        if (site.Start.Parent is ConditionalAccessExpressionSyntax) throw new RefusedException("its start is conditional");
        SyntaxTree tree = creation.SyntaxTree;
        if (site.Start.SyntaxTree != tree) throw new RefusedException("it is made in one file and started in another");
        var options = new Options();
        if (creation.Initializer is { } initializer)
        {
            foreach (AssignmentExpressionSyntax assignment in initializer.Expressions.OfType<AssignmentExpressionSyntax>()) options.Set(assignment.Left.LastName()!, assignment.Right);
        }

        ExpressionSyntax receiver = site.Start.Receiver()!.Unwrap();
        if (receiver == creation)
        {
            string hoisted = "";
            Replace(changes, site.Start, Discarded(site.Start, StartCall(site, hasParameter, options, site.Start, ref hoisted)), hoisted, site.Start);
            return;
        }
        ISymbol variable = receiver is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } && index.SymbolOf(receiver) is ILocalSymbol or IFieldSymbol or IPropertySymbol
            ? index.SymbolOf(receiver)!
            : throw new RefusedException("it is kept somewhere else before it starts");
        PlanVariable(site, creation, variable, hasParameter, options, changes);
    }

    private void PlanVariable(StartSite site, BaseObjectCreationExpressionSyntax creation, ISymbol variable, bool hasParameter, Options options, List<TextChange> changes)
    {
        SyntaxTree tree = creation.SyntaxTree;
        StatementSyntax made = creation.FirstAncestorOrSelf<StatementSyntax>() ?? throw new RefusedException("it is made outside of a method");
        if (site.Start.Parent is not ExpressionStatementSyntax started) throw new RefusedException("its start is part of an expression");
        bool isDeclared = made is LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 };
        bool isAssigned = made is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assigned } && assigned.Right.Unwrap() == creation;
        if (!isDeclared && !isAssigned) throw new RefusedException("it is made inside another expression");
        bool sameFunction = made.FunctionAround() == started.FunctionAround();

        // what is set on it before the start, by statements that go
        var replaced = new List<SyntaxNode> { creation, started };
        var removed = new List<StatementSyntax>();
        var others = new List<SimpleNameSyntax>();
        foreach (SimpleNameSyntax use in Creations.UsesIn(variable, index))
        {
            if (use.SyntaxTree != tree) throw new RefusedException($"{variable.Name} is used in another file");
            ExpressionSyntax whole = Creations.Whole(use);
            if (started.Span.Contains(use.Span) || made.Span.Contains(use.Span) && !creation.Span.Contains(use.Span)) continue;
            bool before = use.SpanStart < started.SpanStart && use.SpanStart > made.SpanStart;
            if (whole.Parent is MemberAccessExpressionSyntax { Parent: AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax statement } set } member && set.Left == member
                && statement.Parent == made.Parent && (before || !sameFunction) && member.Name.Identifier.ValueText is not ("CurrentCulture" or "CurrentUICulture"))
            {
                options.Set(member.Name.Identifier.ValueText, set.Right);
                removed.Add(statement);
                replaced.Add(statement);
                continue;
            }
            if (whole.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "SetApartmentState" or "TrySetApartmentState" or "Priority" or "ApartmentState" } refused)
                throw new RefusedException(ThreadUses.Reason(refused.Name.Identifier.ValueText));
            others.Add(use);
        }
        if (MentionedByBody(site).Contains(variable)) throw new RefusedException($"its body uses {variable.Name}, which is set before the start");

        var uses = new ThreadUses(index, tree, changes);
        bool atStart = CanMoveToStart(made, started, removed, others, sameFunction);
        if (!atStart)
        {
            if (!sameFunction) throw new RefusedException("it is made in one method and started in another");
            if (hasParameter) throw new RefusedException("it is used between its creation and its start");
            RefuseUnlessEarlierStartIsTheSame(site, made, started, removed);
        }
        string hoisted = "";
        string call = StartCall(site, hasParameter, options, atStart ? started : made, ref hoisted);
        bool isUsed = variable is not ILocalSymbol || others.Count > 0;
        if (!isUsed)
        {
            Replace(changes, started.Expression, Discarded(site.Start, call), hoisted, started);
            RemoveLine(changes, made);
        }
        else if (atStart)
        {
            string target = isDeclared ? $"{DeclaredType(made)} {variable.Name}" : ((AssignmentExpressionSyntax)((ExpressionStatementSyntax)made).Expression).Left.ToString();
            if (isDeclared && started.Parent != made.Parent) throw new RefusedException("it is started in an inner block");
            Replace(changes, started.Expression, $"{target} = {call}", hoisted, started);
            RemoveLine(changes, made);
        }
        else
        {
            changes.Add(new TextChange(creation.Span, call));
            RemoveLine(changes, started);
        }
        foreach (StatementSyntax statement in removed) RemoveLine(changes, statement);
        if (!isUsed) return;
        replaced.Add(made);
        uses.Follow(variable, replaced);
        if (atStart && isDeclared) changes.RemoveAll(c => made.Span.Contains(c.Span) && c.NewText == "GreenThread");
        if (!sameFunction) WithoutReadOnly(variable, changes);
    }

    // Whether nothing but settings lies between creation and start, so that both can be where the start is.
    private bool CanMoveToStart(StatementSyntax made, StatementSyntax started, List<StatementSyntax> removed, List<SimpleNameSyntax> others, bool sameFunction)
    {
        if (!sameFunction)
        {
            // made in the constructor: the body must not need anything of it
            return made.FunctionAround() is ConstructorDeclarationSyntax constructor && made.Parent == constructor.Body
                && !made.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => index.SymbolOf(n) is ILocalSymbol or IParameterSymbol)
                && removed.All(s => !s.DescendantNodes().OfType<IdentifierNameSyntax>().Any(n => index.SymbolOf(n) is ILocalSymbol or IParameterSymbol));
        }
        if (others.Any(o => o.SpanStart > made.SpanStart && o.SpanStart < started.SpanStart)) return false;
        return Between(made, started).All(s => removed.Contains(s) || !s.DescendantNodes().Any(n => n is InvocationExpressionSyntax or AwaitExpressionSyntax or ReturnStatementSyntax) || made is LocalDeclarationStatementSyntax && others.Count == 0);
    }

    // Started where it is made, the thread runs before the statements in between. They may only keep it, and only where its body does not look.
    private void RefuseUnlessEarlierStartIsTheSame(StartSite site, StatementSyntax made, StatementSyntax started, List<StatementSyntax> removed)
    {
        HashSet<ISymbol> mentioned = MentionedByBody(site);
        foreach (StatementSyntax statement in Between(made, started))
        {
            if (removed.Contains(statement)) continue;
            ISymbol? written = statement switch
            {
                ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } when call.CalledName() is "Add" or "Enqueue" or "Push" or "TryAdd" or "AddLast" => call.Receiver() is { } receiver ? index.SymbolOf(receiver) : null,
                ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax element } } => index.SymbolOf(element.Expression),
                ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax assignment } when assignment.Left.Unwrap() is not MemberAccessExpressionSyntax { Expression: not ThisExpressionSyntax } => index.SymbolOf(assignment.Left),
                ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax set } } when index.SymbolOf(set)?.ContainingType?.Name == "Thread" => index.SymbolOf(set),
                ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } when StartSite.MayBe(call) && StartSite.Find(call, index) is not null => index.SymbolOf(call),
                LocalDeclarationStatementSyntax => index.SymbolOf(statement) ?? index.Compilation.ObjectType,
                LockStatementSyntax { Statement: { } inner } when inner.DescendantNodes().OfType<InvocationExpressionSyntax>().FirstOrDefault() is { } call && call.CalledName() is "Add" or "Enqueue" =>
                    index.SymbolOf(inner.DescendantNodes().OfType<InvocationExpressionSyntax>().First().Receiver()!),
                _ => null,
            };
            if (written is null) throw new RefusedException("it is used between its creation and its start");
            if (mentioned.Contains(written)) throw new RefusedException($"it is put into {written.Name} before it starts, and its body uses {written.Name}");
        }
    }

    private static IEnumerable<StatementSyntax> Between(StatementSyntax made, StatementSyntax started)
    {
        if (made.Parent is not { } block) return [];
        IEnumerable<StatementSyntax> statements = block.Statements() is { } list ? list : block is GlobalStatementSyntax ? block.Parent!.ChildNodes().OfType<GlobalStatementSyntax>().Select(g => g.Statement) : [];
        return statements.Where(s => s.SpanStart > made.SpanStart && s.Span.End < started.SpanStart + 1 && !s.Span.Contains(started.Span));
    }

    private HashSet<ISymbol> MentionedByBody(StartSite site)
    {
        var mentioned = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        var open = new Queue<(SyntaxNode Function, int Depth)>(Bodies.Of(site.Body, index).Select(b => (b, 0)));
        var seen = new HashSet<SyntaxNode>();
        while (open.Count > 0)
        {
            (SyntaxNode function, int depth) = open.Dequeue();
            if (!seen.Add(function) || function.BodyOf() is not { } body) continue;
            foreach (SimpleNameSyntax name in body.DescendantNodesAndSelf().OfType<SimpleNameSyntax>())
            {
                if (index.SymbolOf(name) is not { } symbol) continue;
                if (symbol is ILocalSymbol or IFieldSymbol or IPropertySymbol) mentioned.Add(symbol);
                if (depth < 4 && symbol is IMethodSymbol) foreach (SyntaxNode declaration in index.DeclarationsOf(SourceIndex.Definition(symbol))) open.Enqueue((declaration, depth + 1));
            }
        }
        return mentioned;
    }

    private static string DeclaredType(StatementSyntax made) => ((LocalDeclarationStatementSyntax)made).Declaration.Type.IsVar ? "var" : "GreenThread";

    private void WithoutReadOnly(ISymbol variable, List<TextChange> changes)
    {
        foreach (SyntaxNode declaration in index.DeclarationsOf(variable))
        {
            if (declaration.FirstAncestorOrSelf<FieldDeclarationSyntax>() is not { } field) continue;
            foreach (SyntaxToken modifier in field.Modifiers.Where(m => m.IsKind(SyntaxKind.ReadOnlyKeyword))) changes.Add(new TextChange(TextSpan.FromBounds(modifier.SpanStart, modifier.FullSpan.End), ""));
            // set by the start now, no longer by the constructor
            if (variable is IFieldSymbol { Type.NullableAnnotation: NullableAnnotation.NotAnnotated } && declaration is VariableDeclaratorSyntax { Initializer: null } declarator)
                changes.Add(new TextChange(new TextSpan(declarator.Span.End, 0), " = null!"));
        }
    }

    // ---- tasks and items of the pool

    private void PlanTask(StartSite site, List<TextChange> changes)
    {
        InvocationExpressionSyntax start = site.Start;
        if (start.CalledName() == "Start") throw new RefusedException("the task is an object of its own");
        SeparatedSyntaxList<ArgumentSyntax> arguments = start.ArgumentList.Arguments;
        var method = (IMethodSymbol)index.SymbolOf(start)!;
        bool hasParameter = site.Kind == StartKind.PoolItem || method.Parameters.Any(p => p.Name == "state");
        ExpressionSyntax? state = null;
        for (int i = 1; i < arguments.Count; i++)
        {
            ITypeSymbol? type = i < method.Parameters.Length ? method.Parameters[i].Type : null;
            ExpressionSyntax value = arguments[i].Expression;
            switch (type?.Name)
            {
                case "CancellationToken" when value.LastName() is "None" || value is DefaultExpressionSyntax || value.IsKind(SyntaxKind.DefaultLiteralExpression): break;
                case "CancellationToken": throw new RefusedException("it is given a cancellation token, which would end the waits of a green thread too");
                case "TaskScheduler" when value.LastName() is "Default" or "Current": break;
                case "TaskScheduler": throw new RefusedException("it is given a scheduler");
                case "TaskCreationOptions": break;
                case "Boolean" when site.Kind == StartKind.PoolItem && i == 2: break;
                default: state = value; break;
            }
        }
        if (site.Body is { } body && Bodies.Of(body, index).Any(IsAsync)) throw new RefusedException("its body is asynchronous");
        string hoisted = "";
        string call = Call(site.Body!, hasParameter, state, "", start, ref hoisted, method.TypeArguments.Length > 0 && start.Expression is MemberAccessExpressionSyntax { Name: GenericNameSyntax generic } && site.Kind != StartKind.PoolItem ? generic.TypeArgumentList.ToString() : "");
        bool isStatement = start.Parent is ExpressionStatementSyntax;
        bool isDiscarded = start.Parent is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" }, Parent: ExpressionStatementSyntax };
        if (isStatement) call = Discarded(start, call);
        else if (!isDiscarded && site.Kind == StartKind.PoolItem) throw new RefusedException("the result of the call is used");
        else if (!isDiscarded) call += ".AsTask()";
        Replace(changes, start, call, hoisted, start);
    }

    private static bool IsAsync(SyntaxNode function) => function switch
    {
        AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.RawKind != 0,
        BaseMethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword) || method is MethodDeclarationSyntax { ReturnType: { } type } && type.ToString().StartsWith("Task", StringComparison.Ordinal),
        LocalFunctionStatementSyntax local => local.Modifiers.Any(SyntaxKind.AsyncKeyword),
        _ => false,
    };

    // ---- text

    private string StartCall(StartSite site, bool hasParameter, Options options, SyntaxNode at, ref string hoisted)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = site.Start.ArgumentList.Arguments;
        return Call(site.Body!, hasParameter, arguments.Count > 0 ? arguments[0].Expression : null, options.ToString(), at, ref hoisted, "");
    }

    private string Call(ExpressionSyntax body, bool hasParameter, ExpressionSyntax? argument, string options, SyntaxNode at, ref string hoisted, string typeArguments)
    {
        string text = argument?.ToString() ?? "null";
        if (hasParameter && argument is not null && !CanStayInLambda(argument))
        {
            // evaluated now, as it was
            StatementSyntax statement = at.FirstAncestorOrSelf<StatementSyntax>()!;
            if (statement is not ExpressionStatementSyntax || statement.Parent is not GlobalStatementSyntax && statement.Parent?.Statements() is null) throw new RefusedException("its argument is an expression that has to be evaluated before the start");
            string name = FreeName(at, "argument");
            hoisted = $"var {name} = {text};";
            text = name;
        }
        string written = new BodyText(index).Write(body, hasParameter, text);
        return $"GreenThread.Start{typeArguments}({written}{options})";
    }

    // Whether the value is the same whenever the lambda reads it.
    private bool CanStayInLambda(ExpressionSyntax argument)
    {
        argument = argument.Unwrap();
        if (argument is LiteralExpressionSyntax or ThisExpressionSyntax) return true;
        if (argument is not IdentifierNameSyntax || index.SymbolOf(argument) is not (ILocalSymbol or IParameterSymbol { RefKind: RefKind.None })) return false;
        ISymbol symbol = index.SymbolOf(argument)!;
        if (index.DeclarationsOf(symbol).FirstOrDefault() is not { } declaration) return false;
        if (declaration.Parent?.Parent is ForStatementSyntax) return false;
        SyntaxNode? loop = argument.Ancestors().TakeWhile(a => !a.IsFunction()).FirstOrDefault(a => a.LoopBody() is not null);
        bool perTurn = loop is null || loop.Span.Contains(declaration.Span) || symbol is IParameterSymbol;
        int assignments = Creations.UsesIn(symbol, index).Count(IsWritten);
        bool isSetOnDeclaration = declaration is VariableDeclaratorSyntax { Initializer: not null } or ForEachStatementSyntax or ParameterSyntax or SingleVariableDesignationSyntax;
        return perTurn ? assignments <= (isSetOnDeclaration ? 0 : 1) : assignments == 0;

        static bool IsWritten(SimpleNameSyntax use) =>
            use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use || use.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 }
            || use.Parent is PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax && !use.Parent.IsKind(SyntaxKind.SuppressNullableWarningExpression) && !use.Parent.IsKind(SyntaxKind.LogicalNotExpression);
    }

    private string FreeName(SyntaxNode at, string name)
    {
        string free = name;
        SyntaxNode function = at.FunctionAround();
        var used = new HashSet<string>(function.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken)).Select(t => t.ValueText));
        for (int i = 2; used.Contains(free); i++) free = name + i;
        return free;
    }

    // Deliberately not joined: said with a discard, where one can be.
    private string Discarded(InvocationExpressionSyntax start, string call) =>
        start.Parent is ExpressionStatementSyntax && index.ModelOf(start).LookupSymbols(start.SpanStart, name: "_").IsEmpty ? "_ = " + call : call;

    private static void Replace(List<TextChange> changes, SyntaxNode node, string text, string hoisted, SyntaxNode at)
    {
        changes.Add(new TextChange(node.Span, text));
        if (hoisted.Length == 0) return;
        StatementSyntax statement = at.FirstAncestorOrSelf<StatementSyntax>()!;
        changes.Add(new TextChange(new TextSpan(statement.SpanStart, 0), hoisted + Environment(statement) + Indentation(statement)));
    }

    private static string Environment(SyntaxNode node) => node.SyntaxTree.GetText().ToString().Contains("\r\n") ? "\r\n" : "\n";

    private static string Indentation(SyntaxNode node)
    {
        SourceText text = node.SyntaxTree.GetText();
        TextLine line = text.Lines.GetLineFromPosition(node.SpanStart);
        string start = text.ToString(TextSpan.FromBounds(line.Start, node.SpanStart));
        return new string([.. start.TakeWhile(char.IsWhiteSpace)]);
    }

    // With its line, when nothing else but a comment is on it.
    private static void RemoveLine(List<TextChange> changes, StatementSyntax statement)
    {
        SourceText text = statement.SyntaxTree.GetText();
        TextLine first = text.Lines.GetLineFromPosition(statement.SpanStart), last = text.Lines.GetLineFromPosition(statement.Span.End);
        string rest = text.ToString(TextSpan.FromBounds(statement.Span.End, last.End)).Trim();
        bool isAlone = string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(first.Start, statement.SpanStart)))
            && (rest.Length == 0 || rest.StartsWith("//", StringComparison.Ordinal));
        changes.Add(new TextChange(isAlone ? TextSpan.FromBounds(first.Start, last.EndIncludingLineBreak) : statement.Span, ""));
    }

    /// <summary>The properties of the thread, as options of the green one.</summary>
    private sealed class Options
    {
        private ExpressionSyntax? _name, _isBackground;

        public void Set(string property, ExpressionSyntax value)
        {
            switch (property)
            {
                case "Name": _name = value; break;
                case "IsBackground": _isBackground = value; break;
                default: throw new RefusedException(ThreadUses.Reason(property));
            }
        }

        /// <summary>The second argument, with the comma before it. A thread is a foreground thread unless said otherwise, a green one is not.</summary>
        public override string ToString()
        {
            List<string> set = [];
            if (_name is not null) set.Add($"Name = {_name}");
            if (!_isBackground.IsKind(SyntaxKind.TrueLiteralExpression)) set.Add($"IsBackground = {_isBackground?.ToString() ?? "false"}");
            return set.Count == 0 ? "" : $", new GreenThreadStartOptions {{ {string.Join(", ", set)} }}";
        }
    }
}
