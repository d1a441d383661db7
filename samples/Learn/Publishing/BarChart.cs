using System.Globalization;
using System.Net;
using System.Text;
using Learn.Experiments;

namespace Learn.Publishing;

/// <summary>A chart as an SVG picture that needs nothing else.</summary>
internal static class BarChart
{
    private const int Width = 760, Top = 34, Row = 26, LabelWidth = 250, ValueWidth = 110;

    /// <summary>Draws it.</summary>
    internal static string Draw(Chart chart)
    {
        int height = Top + chart.Bars.Length * Row + 8;
        double most = chart.Bars.Select(static bar => bar.Value).DefaultIfEmpty(1).Max();
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{Encode(chart.Title)}\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\n");
        svg.Append("<style>text { fill: #1c2330 } .u { fill: #667085 } .green { fill: #15803d } .os { fill: #c2410c } .other { fill: #2563eb } ");
        svg.Append("@media (prefers-color-scheme: dark) { text { fill: #e6e9ef } .u { fill: #98a2b3 } .green { fill: #4ade80 } .os { fill: #fb923c } .other { fill: #7aa7ff } }</style>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"18\" font-weight=\"600\">{Encode(chart.Title)} <tspan class=\"u\" font-weight=\"400\">({Encode(chart.Unit)})</tspan></text>\n");
        for (int i = 0; i < chart.Bars.Length; i++)
        {
            Bar bar = chart.Bars[i];
            int y = Top + i * Row;
            double length = most <= 0 ? 0 : Math.Max(1.5, bar.Value / most * (Width - LabelWidth - ValueWidth));
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth - 10}\" y=\"{y + 15}\" text-anchor=\"end\">{Encode(bar.Label)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{bar.Kind}\" x=\"{LabelWidth}\" y=\"{y + 2}\" width=\"{length:0.0}\" height=\"{Row - 8}\" rx=\"2\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth + length + 8:0.0}\" y=\"{y + 15}\">{Numbers.Format(bar.Value)}</text>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
