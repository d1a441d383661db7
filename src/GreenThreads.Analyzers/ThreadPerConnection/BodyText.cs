using GreenThreads.Analyzers.Code;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace GreenThreads.Analyzers.ThreadPerConnection;

/// <summary>Writes the delegate of a thread as one without a parameter, the argument of the start built in.</summary>
internal sealed class BodyText(SourceIndex index)
{
    /// <summary>The argument of <c>GreenThread.Start</c>.</summary>
    /// <param name="body">The delegate given to the thread.</param>
    /// <param name="hasParameter">Whether it takes an argument.</param>
    /// <param name="argument">The argument, as text that can stay in the lambda; ignored without a parameter.</param>
    public string Write(ExpressionSyntax body, bool hasParameter, string argument)
    {
        body = WithoutCreation(body);
        if (body is AnonymousFunctionExpressionSyntax { AsyncKeyword.RawKind: not 0 }) throw new RefusedException("its body is asynchronous");
        if (body is AnonymousFunctionExpressionSyntax lambda)
        {
            if (!hasParameter) return lambda is AnonymousMethodExpressionSyntax method ? "() => " + method.Block : lambda.ToString();
            return "() => " + Substitute(lambda, argument);
        }
        ISymbol? symbol = index.SymbolOf(body);
        if (symbol is IMethodSymbol { IsAsync: true }) throw new RefusedException("its body is asynchronous");
        if (symbol is IMethodSymbol) return hasParameter ? $"() => {body}({argument})" : body.ToString();
        return hasParameter ? $"() => {body}({argument})" : $"{body}.Invoke";
    }

    /// <summary>The delegate without a <c>new ThreadStart(...)</c> around it.</summary>
    public static ExpressionSyntax WithoutCreation(ExpressionSyntax body)
    {
        while (true)
        {
            body = body.Unwrap();
            if (body is not BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments }) return body;
            body = arguments[0].Expression;
        }
    }

    // The lambda's body with the argument in the place of its parameter.
    private string Substitute(AnonymousFunctionExpressionSyntax lambda, string argument)
    {
        ParameterSyntax? parameter = lambda switch
        {
            SimpleLambdaExpressionSyntax simple => simple.Parameter,
            ParenthesizedLambdaExpressionSyntax many => many.ParameterList.Parameters.FirstOrDefault(),
            AnonymousMethodExpressionSyntax method => method.ParameterList?.Parameters.FirstOrDefault(),
            _ => null,
        };
        string text = lambda.Body.ToString();
        if (parameter is null) return text;
        int start = lambda.Body.SpanStart;
        List<TextChange> changes = [];
        foreach (IdentifierNameSyntax use in lambda.Body.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
        {
            if (use.Identifier.ValueText != parameter.Identifier.ValueText || index.SymbolOf(use) is not IParameterSymbol) continue;
            if (use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use || use.Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 })
                throw new RefusedException("its body changes its parameter");
            changes.Add(new TextChange(new TextSpan(use.SpanStart - start, use.Span.Length), argument));
        }
        return SourceText.From(text).WithChanges(changes).ToString();
    }
}
