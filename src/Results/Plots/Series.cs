namespace Harness.Results;

/// <summary>One line of a plot.</summary>
/// <param name="Label">Its name in the legend.</param>
/// <param name="Look">How the page's style draws it: classes of colour and dashes.</param>
/// <param name="Points">From left to right; the line has a gap where y is not finite.</param>
/// <param name="Marks">Points with a mark, each with what it says when pointed at.</param>
internal sealed record Series(string Label, string Look, IReadOnlyList<(double X, double Y)> Points, IReadOnlyList<(double X, double Y, string Note)> Marks)
{
    /// <summary>Everything that can be drawn.</summary>
    public IEnumerable<(double X, double Y)> Drawn => Points.Concat(Marks.Select(mark => (mark.X, mark.Y))).Where(point => double.IsFinite(point.Y));
}
