using System.Globalization;
using System.Xml.Linq;

namespace Harness.Results;

/// <summary>Lines over two axes as a figure: an inline SVG without script that takes its colours from the page, a legend and a caption.</summary>
internal sealed class LineChart(int width, int height)
{
    private const int Left = 56, Right = 16, Top = 12, Bottom = 44;

    /// <summary>The left and the right end of the x axis.</summary>
    public (double From, double To) X => (Left, width - Right);

    /// <summary>The bottom and the top of the y axis.</summary>
    public (double From, double To) Y => (height - Bottom, Top);

    /// <param name="caption">What is drawn, in words.</param>
    /// <param name="names">What the axes are.</param>
    public XElement Draw(string caption, (string X, string Y) names, Axis x, Axis y, IReadOnlyList<Series> lines) => new(
        "figure",
        new XAttribute("style", $"width: {width}px"),
        new XElement(
            "svg",
            new XAttribute("viewBox", $"0 0 {width} {height}"),
            new XAttribute("role", "img"),
            new XAttribute("aria-label", caption),
            new XElement("g", new XAttribute("class", "axes"), y.Ticks.SelectMany(HorizontalTick), x.Ticks.SelectMany(VerticalTick)),
            Text("name", (X.From + X.To) / 2, height - 6, "middle", names.X),
            new XElement(
                "text",
                new XAttribute("class", "name"),
                new XAttribute("transform", $"translate(14 {Number((Y.From + Y.To) / 2)}) rotate(-90)"),
                new XAttribute("text-anchor", "middle"),
                names.Y),
            lines.Select(line => Line(line, x, y))),
        new XElement("ul", new XAttribute("class", "legend"), lines.Select(Entry)),
        new XElement("figcaption", caption));

    private IEnumerable<XElement> HorizontalTick((double Place, string Text) tick) =>
        [Path($"M{Left} {Number(tick.Place)}H{width - Right}"), Text("tick", Left - 6, tick.Place + 4, "end", tick.Text)];

    private IEnumerable<XElement> VerticalTick((double Place, string Text) tick) =>
        [Path($"M{Number(tick.Place)} {Top}V{height - Bottom}"), Text("tick", tick.Place, height - Bottom + 16, "middle", tick.Text)];

    private static XElement Line(Series line, Axis x, Axis y) => new(
        "g",
        new XAttribute("class", line.Look),
        line.Points.Count > 0 ? Path(PathOf(line.Points, x, y)) : null,
        line.Marks.Where(mark => double.IsFinite(mark.Y)).Select(mark => new XElement(
            "circle",
            new XAttribute("cx", Number(x.At(mark.X))),
            new XAttribute("cy", Number(y.At(mark.Y))),
            new XAttribute("r", 3.5),
            new XElement("title", mark.Note))));

    private static string PathOf(IReadOnlyList<(double X, double Y)> points, Axis x, Axis y)
    {
        var isDown = false;
        return string.Concat(points.Select(point =>
        {
            var step = !double.IsFinite(point.Y) ? "" : $"{(isDown ? "L" : "M")}{Number(x.At(point.X))} {Number(y.At(point.Y))}";
            isDown = step.Length > 0;
            return step;
        }));
    }

    private static XElement Entry(Series line) => new(
        "li",
        new XElement("svg", new XAttribute("class", line.Look), new XAttribute("width", 32), new XAttribute("height", 10), new XAttribute("aria-hidden", "true"), Path("M0 5H32")),
        line.Label);

    private static XElement Path(string path) => new("path", new XAttribute("d", path));

    private static XElement Text(string kind, double x, double y, string anchor, string text) =>
        new("text", new XAttribute("class", kind), new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("text-anchor", anchor), text);

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
