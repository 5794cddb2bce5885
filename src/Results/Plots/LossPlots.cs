using System.Globalization;
using System.Xml.Linq;

namespace Harness.Results;

/// <summary>Loss curves of recoveries: a figure per sparsity and recovery, a line per method. Those of one sparsity share the scale.</summary>
internal static class LossPlots
{
    /// <summary>More points are no use on so few pixels: a longer curve is drawn as means.</summary>
    private const int MostPoints = 200;

    public static IEnumerable<XElement> Of(Grid grid, string model, IReadOnlyList<CellRecord> records)
    {
        var curves = (from place in grid.Places
                      let record = records.FirstOrDefault(record => record.Cell == place.Row.CellOf(model, place.Sparsity))
                      where record?.Recovery is { Loss.Count: > 0 }
                      select (place.Row, place.Sparsity, Curve: record.Recovery)).ToList();
        foreach (var sparsity in curves.GroupBy(curve => curve.Sparsity))
        {
            var lines = sparsity.Select(curve => (curve.Row, Steps: curve.Curve.Loss.Count, Line: Line(grid, curve.Row, sparsity.Key, curve.Curve))).ToList();
            var drawn = lines.SelectMany(line => line.Line.Drawn).ToList();
            if (drawn.Count == 0)
            {
                continue;
            }

            foreach (var recovery in lines.GroupBy(line => line.Row.Recovery, line => (line.Steps, line.Line)))
            {
                yield return Figure($"{sparsity.Key} + {recovery.Key.Label}", [.. recovery], [.. drawn.Select(point => point.Y)]);
            }
        }
    }

    private static XElement Figure(string name, IReadOnlyList<(int Steps, Series Line)> lines, IReadOnlyCollection<double> losses)
    {
        var chart = new LineChart(460, 300);
        var steps = lines.Max(line => line.Steps);
        var mean = Run(steps) > 1 ? string.Create(CultureInfo.InvariantCulture, $", each point the mean of {Run(steps)} steps") : "";
        return chart.Draw(
            $"Training loss, {name}{mean}; marks: loss on held-out text",
            ("step", "loss, nats per token"),
            Axis.Linear([0, steps], chart.X.From, chart.X.To),
            Axis.Linear(losses, chart.Y.From, chart.Y.To),
            [.. lines.Select(line => line.Line)]);
    }

    private static Series Line(Grid grid, GridRow row, Sparsity sparsity, RecoveryRecord curve)
    {
        var run = Run(curve.Loss.Count);
        // each loss is that of the weights before its step
        var points = curve.Loss.Chunk(run).Select((steps, i) => (i * run + (steps.Length - 1) / 2.0, steps.Average()));
        (int Step, double? Loss)[] held = [(0, curve.EvalLossBefore), .. (curve.EvalLosses ?? []).Select(pair => (pair.Step, (double?)pair.Loss)), (curve.Loss.Count, curve.EvalLossAfter)];
        return new Series(row.Method.Label, Report.ColourOf(grid, row.Method), [.. points], [.. held.Where(mark => mark.Loss is not null)
            .Select(mark => ((double)mark.Step, mark.Loss!.Value, string.Create(CultureInfo.InvariantCulture, $"{row.LabelAt(sparsity)}, held out, after {mark.Step} steps: {mark.Loss:0.0000}")))]);
    }

    private static int Run(int steps) => (steps + MostPoints - 1) / MostPoints;
}
