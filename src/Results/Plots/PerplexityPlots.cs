using System.Xml.Linq;

namespace Harness.Results;

/// <summary>Perplexity on a log scale against the share of weights that goes, where a grid has several ratios: a figure per metric.</summary>
internal static class PerplexityPlots
{
    public static IEnumerable<XElement> Of(Grid grid, string model, IReadOnlyList<CellRecord> records)
    {
        var ratios = grid.Sparsities.Where(sparsity => sparsity.Ratio is not null).OrderBy(sparsity => sparsity.Ratio).ToList();
        if (ratios.Count < 2)
        {
            yield break;
        }

        var byCell = records.Where(record => record.Cell.Model == model).ToDictionary(record => record.Cell);
        var measured = byCell.Values.SelectMany(record => record.Scores).Where(score => score.Metric.StartsWith("ppl.", StringComparison.Ordinal))
            .Select(score => (score.Task, score.Metric)).Distinct();
        foreach (var (task, metric) in measured)
        {
            (double X, double Y) Point(Cell cell) =>
                (cell.Sparsity.Target, ModelSection.ScoreOf(byCell.GetValueOrDefault(cell), task, metric)?.Value ?? double.NaN);

            var dense = new Cell(model, Method.Dense, Sparsity.Dense);
            var lines = (from row in grid.Rows
                         where !row.Method.Method.IsDense
                         let pruned = ratios.Select(ratio => Point(row.CellOf(model, ratio))).ToList()
                         where pruned.Any(point => double.IsFinite(point.Y))
                         select Line(grid, row, byCell.ContainsKey(dense) ? [Point(dense), .. pruned] : pruned)).ToList();
            if (lines.Count > 0)
            {
                yield return Figure(NumberText.Heading(task, metric), lines);
            }
        }
    }

    private static Series Line(Grid grid, GridRow row, IReadOnlyList<(double X, double Y)> points) => new(
        row.Label,
        $"{Report.ColourOf(grid, row.Method)} {Report.DashesOf(grid, row.Recovery)}",
        points,
        [.. points.Select(point => (point.X, point.Y, $"{(point.X == 0 ? "dense" : row.LabelAt(Sparsity.OfRatio(point.X)))}: {NumberText.Score(point.Y)}"))]);

    private static XElement Figure(string heading, IReadOnlyList<Series> lines)
    {
        var chart = new LineChart(720, 360);
        var drawn = lines.SelectMany(line => line.Drawn).ToList();
        return chart.Draw(
            $"{heading} by the share of weights pruned; 0 is the dense model",
            ("share of weights pruned", heading),
            Axis.Marked([.. lines.SelectMany(line => line.Points).Select(point => point.X).Distinct().Order()], chart.X.From, chart.X.To),
            Axis.Log([.. drawn.Select(point => point.Y)], chart.Y.From, chart.Y.To),
            lines);
    }
}
