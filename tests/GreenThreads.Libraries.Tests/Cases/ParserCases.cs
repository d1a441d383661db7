using GreenThreads.Libraries.Tests.Harness;
using Sprache;
using Superpower;
using Superpower.Parsers;
using Superpower.Tokenizers;

namespace GreenThreads.Libraries.Tests.Cases;

/// <summary>Sprache and Superpower with semantic actions that wait.</summary>
public static class ParserCases
{
    [LibraryCase]
    public static string Sprache_parses_and_evaluates_expressions()
    {
        Sprache.Parser<Func<double, double, double>> Operator(char op, Func<double, double, double> apply) =>
            Sprache.Parse.Char(op).Token().Select(_ => Waits.Then(apply));
        Sprache.Parser<double> number = Sprache.Parse.DecimalInvariant.Token().Select(text => Waits.Then(double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)));
        Sprache.Parser<double>? expression = null;
        Sprache.Parser<double> factor = Sprache.Parse.Ref(() => expression!).Contained(Sprache.Parse.Char('('), Sprache.Parse.Char(')')).XOr(number);
        Sprache.Parser<double> term = Sprache.Parse.ChainOperator(Operator('*', (a, b) => a * b).Or(Operator('/', (a, b) => a / b)), factor, (op, a, b) => Waits.Then(op(a, b)));
        expression = Sprache.Parse.ChainOperator(Operator('+', (a, b) => a + b).Or(Operator('-', (a, b) => a - b)), term, (op, a, b) => op(a, b));
        IResult<double> wrong = expression.End().TryParse("1 + * 2");
        return $"{expression.End().Parse("1 + 2 * (3 - 4) / 8 - 5 * 6")} {wrong.WasSuccessful} {wrong.Message} at {wrong.Remainder.Position}";
    }

    [LibraryCase]
    public static string Superpower_tokenizes_and_parses_a_list()
    {
        Tokenizer<Kind> tokenizer = new TokenizerBuilder<Kind>()
            .Ignore(Span.WhiteSpace)
            .Match(Character.EqualTo('['), Kind.Open)
            .Match(Character.EqualTo(']'), Kind.Close)
            .Match(Character.EqualTo(','), Kind.Comma)
            .Match(Numerics.Integer, Kind.Number)
            .Build();
        TokenListParser<Kind, int>? item = null;
        TokenListParser<Kind, int> list =
            from open in Token.EqualTo(Kind.Open)
            from items in Superpower.Parse.Ref(() => item!).ManyDelimitedBy(Token.EqualTo(Kind.Comma))
            from close in Token.EqualTo(Kind.Close)
            select Waits.Then(items.Sum());
        item = Token.EqualTo(Kind.Number).Apply(Numerics.IntegerInt32).Select(i => Waits.Then(i)).Or(list);
        Superpower.Model.TokenListParserResult<Kind, int> wrong = list.AtEnd().TryParse(tokenizer.Tokenize("[1, [2, 3, ], 4]"));
        return $"{list.AtEnd().Parse(tokenizer.Tokenize("[1, [2, 3], [[4]], 5]"))} {wrong.HasValue} {wrong}";
    }

    private enum Kind
    {
        Open,
        Close,
        Comma,
        Number,
    }
}
