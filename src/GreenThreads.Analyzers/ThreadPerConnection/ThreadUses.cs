using GreenThreads.Analyzers.Code;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace GreenThreads.Analyzers.ThreadPerConnection;

/// <summary>
/// Follows a thread through the variables and collections that hold it, changes their types, and refuses where it goes to code
/// that wants an OS thread.
/// </summary>
internal sealed class ThreadUses(SourceIndex index, SyntaxTree tree, List<TextChange> changes)
{
    private const string ThreadName = "System.Threading.Thread";

    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);

    /// <summary>The variable or collection holds green threads from now on.</summary>
    /// <param name="symbol">A local, field, property or parameter of a lambda.</param>
    /// <param name="skip">Nodes that the conversion itself replaces.</param>
    public void Follow(ISymbol symbol, IReadOnlyCollection<SyntaxNode> skip)
    {
        if (!_seen.Add(symbol)) return;
        switch (symbol)
        {
            case ILocalSymbol or IParameterSymbol: break;
            case IFieldSymbol or IPropertySymbol when symbol.DeclaredAccessibility == Accessibility.Private: break;
            case IFieldSymbol or IPropertySymbol: throw new RefusedException($"the Thread object is kept in {symbol.Name}, which other code can see");
            default: throw new RefusedException("the Thread object escapes to other code");
        }
        foreach (SyntaxNode declaration in index.DeclarationsOf(symbol)) Retype(declaration, symbol);
        foreach (SimpleNameSyntax use in Creations.UsesIn(symbol, index))
        {
            if (use.SyntaxTree != tree) throw new RefusedException($"{symbol.Name} is used in another file");
            if (skip.Any(s => s.SyntaxTree == tree && s.Span.Contains(use.Span))) continue;
            Use(Creations.Whole(use), symbol, skip);
        }
    }

    /// <summary>Writes the name of the type anew wherever the node names it.</summary>
    public void RetypeNames(SyntaxNode node)
    {
        foreach (SimpleNameSyntax name in node.DescendantNodesAndSelf().OfType<SimpleNameSyntax>())
        {
            if (name.Identifier.ValueText != "Thread" || index.SymbolOf(name) is not INamedTypeSymbol type || type.FullName() != ThreadName) continue;
            SyntaxNode whole = name;
            while (whole.Parent is QualifiedNameSyntax qualified && qualified.Right == whole || whole.Parent is AliasQualifiedNameSyntax) whole = whole.Parent;
            Change(whole.Span, "GreenThread");
        }
    }

    private void Retype(SyntaxNode declaration, ISymbol symbol)
    {
        if (declaration.SyntaxTree != tree) throw new RefusedException($"{symbol.Name} is declared in another file");
        switch (declaration)
        {
            case VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax variables } declarator:
                if (variables.Variables.Count > 1 && !variables.Type.IsVar) throw new RefusedException($"{symbol.Name} is declared together with other variables");
                RetypeNames(variables.Type);
                if (declarator.Initializer?.Value is BaseObjectCreationExpressionSyntax or CollectionExpressionSyntax or ArrayCreationExpressionSyntax
                    && index.TypeOf(declarator.Initializer.Value)?.FullName() != ThreadName)
                    RetypeNames(declarator.Initializer.Value);
                break;
            case PropertyDeclarationSyntax property:
                RetypeNames(property.Type);
                if (property.Initializer is { } initializer) RetypeNames(initializer.Value);
                break;
            case ForEachStatementSyntax loop: RetypeNames(loop.Type); break;
            case SingleVariableDesignationSyntax { Parent: DeclarationExpressionSyntax expression }: RetypeNames(expression.Type); break;
            case ParameterSyntax { Type: { } type }: RetypeNames(type); break;
        }
    }

    private void Use(ExpressionSyntax use, ISymbol symbol, IReadOnlyCollection<SyntaxNode> skip)
    {
        bool isThread = index.TypeOf(use)?.FullName() == ThreadName;
        switch (use.Parent)
        {
            case MemberAccessExpressionSyntax access when access.Expression == use:
                if (isThread) Member(access.Name, access, use.ToString());
                else CollectionMember(access, symbol, skip);
                return;
            case ConditionalAccessExpressionSyntax access when access.Expression == use:
                if (isThread && access.WhenNotNull is InvocationExpressionSyntax { Expression: MemberBindingExpressionSyntax called } perhaps) Member(called.Name, perhaps, null);
                else if (isThread) throw new RefusedException($"{access} has no counterpart");
                return;
            case ElementAccessExpressionSyntax element when element.Expression == use && !isThread:
                Use(Wrapped(element), symbol, skip);
                return;
            case AssignmentExpressionSyntax assignment when assignment.Left == use:
                if (!isThread) RetypeNames(assignment.Right);
                else if (!assignment.Right.IsKind(SyntaxKind.NullLiteralExpression) && !skip.Contains(assignment.Right.Unwrap()) && !Follows(assignment.Right))
                    throw new RefusedException($"{symbol.Name} also holds another thread");
                return;
            case AssignmentExpressionSyntax assignment when index.SymbolOf(assignment.Left) is { } target:
                Follow(target is INamedTypeSymbol ? symbol : Container(assignment.Left) ?? target, skip);
                return;
            case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declarator } when index.ModelOf(declarator).GetDeclaredSymbol(declarator) is { } variable:
                Follow(variable, skip);
                return;
            case CommonForEachStatementSyntax loop when loop.Expression == use:
                if (loop is ForEachStatementSyntax each && index.ModelOf(each).GetDeclaredSymbol(each) is { } item) FollowItem(item, symbol, skip);
                return;
            case BinaryExpressionSyntax comparison when (comparison.IsKind(SyntaxKind.EqualsExpression) || comparison.IsKind(SyntaxKind.NotEqualsExpression)) && comparison.Right.IsKind(SyntaxKind.NullLiteralExpression):
            case IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax or UnaryPatternSyntax }:
            case ExpressionStatementSyntax:
                return;
            case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax put } when PutsInto(put) is { } collection:
                Follow(collection, skip);
                return;
            case ArgumentSyntax { RefKindKeyword.RawKind: (int)SyntaxKind.OutKeyword, Parent.Parent: InvocationExpressionSyntax taken } when PutsInto(taken) is not null || taken.Receiver() is { } from && index.SymbolOf(from) is { } source && _seen.Contains(source):
                return;
            case ReturnStatementSyntax or ArrowExpressionClauseSyntax:
                throw new RefusedException("the Thread object escapes: it is returned");
            default:
                throw new RefusedException($"the Thread object escapes: {use.Parent}");
        }

        static ExpressionSyntax Wrapped(ExpressionSyntax e)
        {
            while (e.Parent is ParenthesizedExpressionSyntax || e.Parent is PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression }) e = (ExpressionSyntax)e.Parent;
            return e;
        }
    }

    // The assigned value is one of the variables that become green threads.
    private bool Follows(ExpressionSyntax value) => index.SymbolOf(value.Unwrap()) is { } symbol && _seen.Contains(symbol);

    private ISymbol? Container(ExpressionSyntax target) => target.Unwrap() is ElementAccessExpressionSyntax element ? index.SymbolOf(element.Expression) : index.SymbolOf(target);

    // A call that puts its argument into, or takes it out of, a collection that a variable holds.
    private ISymbol? PutsInto(InvocationExpressionSyntax call)
    {
        if (call.CalledName() is not ("Add" or "Enqueue" or "Push" or "TryAdd" or "Remove" or "Contains" or "AddLast" or "TryRemove" or "TryDequeue" or "TryTake" or "TryGetValue")) return null;
        if (call.Receiver() is not { } receiver || index.TypeOf(receiver)?.ContainingNamespace?.ToDisplayString() is not { } space || !space.StartsWith("System.Collections", StringComparison.Ordinal)) return null;
        return index.SymbolOf(receiver.Unwrap()) is ILocalSymbol or IFieldSymbol or IPropertySymbol ? index.SymbolOf(receiver.Unwrap()) : null;
    }

    private void Member(SimpleNameSyntax name, SyntaxNode access, string? receiver)
    {
        switch (name.Identifier.ValueText)
        {
            case "Join" when access.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call:
                if (call.ArgumentList.Arguments.Count == 1 && index.TypeOf(call.ArgumentList.Arguments[0].Expression)?.SpecialType == SpecialType.System_Int32)
                {
                    ExpressionSyntax milliseconds = call.ArgumentList.Arguments[0].Expression;
                    Change(milliseconds.Span, $"TimeSpan.FromMilliseconds({milliseconds})");
                }
                return;
            case "Interrupt":
                return;
            case "Name" when access.Parent is not AssignmentExpressionSyntax { Left: { } left } || left != access:
                return;
            case "IsAlive" when receiver is not null:
                Change(access.Span, $"({receiver}.State != GreenThreadState.Done)");
                return;
            case "Name" or "IsBackground":
                throw new RefusedException($"{name.Identifier.ValueText} is set after the start");
            case "Start" or "UnsafeStart":
                throw new RefusedException("it is started in several places");
            default:
                throw new RefusedException(Reason(name.Identifier.ValueText));
        }
    }

    /// <summary>Why a member of a thread stands against its conversion.</summary>
    public static string Reason(string member) => member switch
    {
        "SetApartmentState" or "TrySetApartmentState" or "ApartmentState" => "its apartment state is set, which only an OS thread has",
        "Priority" => "its priority is set, and green threads have none",
        "Abort" => "it is aborted",
        "ManagedThreadId" => "its ManagedThreadId is used, which a green thread does not have",
        "CurrentCulture" or "CurrentUICulture" => "its culture is set from outside",
        _ => $"{member} has no counterpart on a green thread",
    };

    private void CollectionMember(MemberAccessExpressionSyntax access, ISymbol symbol, IReadOnlyCollection<SyntaxNode> skip)
    {
        if (access.Parent is CommonForEachStatementSyntax loop && loop.Expression == access)
        {
            if (loop is ForEachStatementSyntax each && index.ModelOf(each).GetDeclaredSymbol(each) is { } item) FollowItem(item, symbol, skip); // foreach (... in threads.Values)
            return;
        }
        if (access.Parent is not InvocationExpressionSyntax call) return; // Count, Length
        foreach (ArgumentSyntax argument in call.ArgumentList.Arguments)
        {
            ExpressionSyntax value = argument.Expression.Unwrap();
            if (value is AnonymousFunctionExpressionSyntax lambda)
            {
                foreach (ParameterSyntax parameter in lambda.DescendantNodes().OfType<ParameterSyntax>())
                {
                    if (index.ModelOf(parameter).GetDeclaredSymbol(parameter) is { } declared) FollowItem(declared, symbol, skip);
                }
            }
            else if (index.TypeOf(value)?.FullName() == ThreadName && !skip.Any(s => s.Span.Contains(value.Span)))
            {
                if (value is DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax designation } && index.ModelOf(designation).GetDeclaredSymbol(designation) is { } made) Follow(made, skip);
                else if (index.SymbolOf(value) is ILocalSymbol or IFieldSymbol) Follow(index.SymbolOf(value)!, skip);
                else if (!value.IsKind(SyntaxKind.NullLiteralExpression) && index.SymbolOf(value) is not IDiscardSymbol) throw new RefusedException($"{symbol.Name} also holds another thread");
            }
        }
    }

    // An element: a thread, or a pair with one in it.
    private void FollowItem(ISymbol item, ISymbol collection, IReadOnlyCollection<SyntaxNode> skip)
    {
        ITypeSymbol? type = (item as ILocalSymbol)?.Type ?? (item as IParameterSymbol)?.Type;
        if (type?.FullName() == ThreadName) Follow(item, skip);
        else if (type?.FullName().Contains(ThreadName) == true && _seen.Add(item))
        {
            foreach (SyntaxNode declaration in index.DeclarationsOf(item)) Retype(declaration, item);
            foreach (SimpleNameSyntax use in Creations.UsesIn(item, index))
            {
                if (Creations.Whole(use).Parent is MemberAccessExpressionSyntax part && index.TypeOf(part)?.FullName() == ThreadName) Use(part, collection, skip);
            }
        }
    }

    private void Change(TextSpan span, string text)
    {
        var change = new TextChange(span, text);
        if (!changes.Contains(change)) changes.Add(change);
    }
}
