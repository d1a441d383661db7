using System.Globalization;
using System.Text;

namespace GreenThreads.Corpus;

/// <summary>String concatenation, interpolation and formatting with waits.</summary>
public static class Texts
{
    public static void Concatenation(Trace t)
    {
        t.Add("a" + W.Id("b") + 1 + W.Id(2) + 'c' + W.Id('d') + 2.5 + W.Id<object?>(null) + W.Id<string?>(null) + true);
        string s = "";
        for (int i = 0; i < 5; i++) s += W.Id(i) + ",";
        t.Add(s);
    }

    public static void Interpolation(Trace t)
    {
        int n = 5;
        t.Add($"a{W.Id(1)}b{n}c{W.Id("x")}d{W.Id(2.5)}e{W.Id<string?>(null)}f{W.Id('c')}");
        t.Add($"{W.Id("only")}");
        t.Add($"{W.Id("two")}{W.Id("strings")}");
    }

    public static void InterpolationWithFormats(Trace t)
    {
        t.Add($"{W.Id(255):x4}|{W.Id(5),6}|{W.Id("l"),-4}|{W.Id(1.5),8:f3}|{W.Id(new DateTime(2020, 3, 4)):yyyy-MM-dd}");
        t.Add($"{{{W.Id(1)}}} {W.Id(DayOfWeek.Monday):d} {W.Id(Guid.Empty):N}");
    }

    public static void NestedInterpolation(Trace t) =>
        t.Add($"<{$"[{W.Id(1)}{$"({W.Id(2)})"}]"}{(W.Id(true) ? $"yes{W.Id(3)}" : "no")}>");

    public static void InterpolationInLoop(Trace t)
    {
        string all = "";
        for (int i = 0; i < 4; i++) all = $"{all}{W.Id(i)}{(i < 3 ? W.Id(";") : "")}";
        t.Add(all);
    }

    public static void RawAndVerbatim(Trace t)
    {
        t.Add($"""
            line "{W.Id(1)}"
              {W.Id("two")}
            """);
        t.Add(@$"c:\{W.Id("dir")}\{W.Id(5)}");
        t.Add($$"""{{{W.Id(6)}}}""");
    }

    public static void FormattableStrings(Trace t)
    {
        FormattableString f = $"{W.Id(1)} and {W.Id(2.5)}";
        t.Add(f.Format + f.ToString(CultureInfo.InvariantCulture));
    }

    public static void InterpolationThatThrows(Trace t)
    {
        try
        {
            t.Add($"{W.Id(1)}{W.Fail<int>("hole")}{W.Id(2)}");
        }
        catch (CorpusException e)
        {
            t.Caught(e);
        }
        t.Add($"{W.Id("after")} {W.Id(3)} ");
    }

    public static void StringBuilders(Trace t)
    {
        var builder = new StringBuilder();
        builder.Append(W.Id(1)).Append(W.Id("x")).Append(W.Id('c')).AppendLine(W.Id("end"));
        t.Add(builder.ToString().Replace("\r", ""));
        builder.Clear();
        for (int i = 0; i < 3; i++) builder.Append(CultureInfo.InvariantCulture, $"{i}");
        t.Add(builder.ToString());
    }

    public static void StringBuilderInterpolation(Trace t)
    {
        var builder = new StringBuilder();
        builder.Append($"{W.Id(1)}-{W.Id("two")}");
        builder.Append(CultureInfo.InvariantCulture, $"{W.Id(2.5):f2}");
        t.Add(builder.ToString());
        t.Add(string.Create(CultureInfo.InvariantCulture, $"{W.Id(1.5)}"));
    }

    public static void CustomHandler(Trace t) => t.Add(Take($"a{W.Id(1)}b{W.Id("c")}"));

    private static string Take(Handler handler) => handler.Text;

    [InterpolatedStringHandler]
    public struct Handler(int literals, int holes)
    {
        public string Text = $"{literals}/{holes}:";

        public void AppendLiteral(string s) => Text += s.ToUpperInvariant();

        public void AppendFormatted<T>(T value)
        {
            W.Wait();
            Text += "<" + value + ">";
        }
    }

    public static void Utf8AndChars(Trace t)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(W.Id("äö"));
        t.Add(bytes);
        char[] chars = ['a', W.Id('b'), 'c'];
        t.Add(new string(chars));
        t.Add(string.Concat(W.Id("x"), W.Id("y"), W.Id("z"), W.Id("w"), W.Id("v")));
        t.Add(W.Id("abc")[W.Id(1)]);
        t.Add(W.Id("abcdef")[W.Id(1)..^W.Id(2)]);
    }

    public static void EightHoles(Trace t)
    {
        long a = 1;
        t.Add($"{a}{W.Id(2)}{a + 2}{W.Id(4L)}{a + 4}{W.Id((byte)6)}{a + 6}{W.Id(8f)}|{W.Id(9m)}|{W.Id((nint)10)}|{W.Id<int?>(11)}|{W.Id<int?>(null)}|{W.Id((1, 2))}");
    }
}
