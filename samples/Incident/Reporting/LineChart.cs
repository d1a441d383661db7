using System.Globalization;
using System.Text;
using Incident.Measurement;

namespace Incident.Reporting;

/// <summary>An inline SVG chart with connections on the horizontal axis and a curve for each run.</summary>
internal static class LineChart
{
    private const int Width = 960, Height = 380, Left = 72, Right = 130, Top = 34, Bottom = 44;
    private const int Steps = 5;
    private const int LabelDistance = 16;

    /// <summary>Draws it.</summary>
    /// <param name="results">The runs.</param>
    /// <param name="value">What goes up.</param>
    /// <param name="unit">Its unit.</param>
    internal static string Draw(IReadOnlyList<RunResult> results, Func<Sample, double> value, string unit)
    {
        double mostConnections = RoundUp(results.Max(static result => result.Samples.Count == 0 ? 1 : result.Samples.Max(static sample => sample.Connections)));
        double most = RoundUp(results.Max(result => result.Samples.Count == 0 ? 1 : result.Samples.Max(value)));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{unit} against connections\">\n");
        for (int step = 0; step <= Steps; step++)
        {
            double y = Y(most * step / Steps, most), x = X(mostConnections * step / Steps, mostConnections);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" y1=\"{y:0.0}\" x2=\"{Width - Right}\" y2=\"{y:0.0}\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{y + 4:0.0}\" text-anchor=\"end\">{most * step / Steps:N0}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.0}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{mostConnections * step / Steps:N0}</text>\n");
        }
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">connections</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 8}\" y=\"{Top - 18}\" text-anchor=\"end\">{unit}</text>\n");
        var labels = new List<(double X, double Y, string Text, string Class)>();
        foreach (RunResult result in results)
        {
            if (result.Samples.Count == 0) continue;
            string name = result.Mode.ToString().ToLowerInvariant();
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"curve {name}\" points=\"");
            foreach (Sample sample in result.Samples)
                svg.Append(CultureInfo.InvariantCulture, $"{X(sample.Connections, mostConnections):0.0},{Y(value(sample), most):0.0} ");
            svg.Append("\"/>\n");
            Sample last = result.Samples[^1];
            double endX = X(last.Connections, mostConnections), endY = Y(value(last), most);
            string text = HtmlReport.NameOf(result.Mode);
            if (!result.Survived)
            {
                text += " (died)";
                svg.Append(CultureInfo.InvariantCulture, $"<path class=\"curve {name}\" d=\"M{endX - 6:0.0},{endY - 6:0.0} l12,12 m0,-12 l-12,12\"/>\n");
            }
            labels.Add((endX + 10, endY + 4, text, name));
        }
        AppendLabels(svg, labels);
        return svg.Append("</svg></figure>\n").ToString();
    }

    // Names at the ends of the curves; where two ends are close, one below the other.
    private static void AppendLabels(StringBuilder svg, List<(double X, double Y, string Text, string Class)> labels)
    {
        labels.Sort(static (a, b) => b.Y.CompareTo(a.Y));
        double last = double.MaxValue;
        foreach ((double x, double y, string text, string @class) in labels)
        {
            double free = Math.Min(y, last - LabelDistance);
            last = free;
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"name-{@class}\" x=\"{x:0.0}\" y=\"{free:0.0}\">{text}</text>\n");
        }
    }

    private static double X(double connections, double most) => Left + connections / most * (Width - Left - Right);

    private static double Y(double value, double most) => Height - Bottom - value / most * (Height - Top - Bottom);

    // 1, 2, 2.5, 5 times a power of ten: axes with round numbers
    private static double RoundUp(double value)
    {
        double unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(1, value))));
        foreach (double factor in (ReadOnlySpan<double>)[1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10])
            if (value <= factor * unit)
                return Math.Max(Steps, factor * unit);
        return 10 * unit;
    }
}
