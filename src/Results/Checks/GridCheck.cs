using System.Globalization;

namespace Harness.Results;

/// <summary>Compares a grid's numbers with committed ones and with published ones. What is wrong comes back as sentences, none where all is well.</summary>
public static class GridCheck
{
    /// <summary>How far the share of zeros may lie from the committed one: ties and damping move single weights, never a thousandth of them.</summary>
    private static readonly Tolerance ZerosTolerance = new(0, 0.001);

    /// <summary>Whether a fresh run says what the committed records say.</summary>
    public static IReadOnlyList<string> Against(IReadOnlyList<CellRecord> committed, IReadOnlyList<CellRecord> fresh, Tolerance tolerance)
    {
        var runs = fresh.ToDictionary(record => record.Cell);
        return [.. committed.SelectMany(record => runs.TryGetValue(record.Cell, out var run)
            ? Differences(record, run, tolerance)
            : [$"{record.Cell}: it was not run; a record of it is committed."])];
    }

    /// <summary>Whether our numbers lie within the tolerance of every published value that has one.</summary>
    public static IReadOnlyList<string> Gates(Grid grid, IReadOnlyList<CellRecord> records, Published published) =>
        [.. published.Beside(grid, records).Select(Gate).OfType<string>()];

    private static IEnumerable<string> Differences(CellRecord committed, CellRecord fresh, Tolerance tolerance)
    {
        if (fresh.Failure?.Reason != committed.Failure?.Reason)
        {
            yield return $"{committed.Cell}: {Outcome(fresh)}; committed: {Outcome(committed)}.";
            yield break;
        }

        foreach (var expected in committed.Scores)
        {
            var what = $"{committed.Cell}: {expected.Task} {expected.Metric}";
            if (ModelSection.ScoreOf(fresh, expected.Task, expected.Metric) is not { } score)
            {
                yield return $"{what} was not measured; committed: {Text(expected.Value)}.";
            }
            else if (!tolerance.Holds(score.Value, expected.Value))
            {
                yield return Beyond(what, expected.Metric, score.Value, "committed", expected.Value, tolerance);
            }
        }

        if (committed.Achieved is { } zeros && !ZerosTolerance.Holds(fresh.Achieved?.Linears.Share ?? double.NaN, zeros.Linears.Share))
        {
            yield return Beyond($"{committed.Cell}: share of zeros", "", fresh.Achieved?.Linears.Share ?? double.NaN, "committed", zeros.Linears.Share, ZerosTolerance);
        }
    }

    private static string? Gate(Comparison pair) => (pair.Table.Tolerance, pair.Record.Failure, pair.Ours) switch
    {
        (null, _, _) => null,
        (_, { } failure, _) => $"{pair.Record.Cell}: failed ({failure.Reason.TrimEnd('.')}); published: {Text(pair.Value.Value)} ({pair.Table.Source}).",
        ({ } tolerance, _, { } ours) when !tolerance.Holds(ours, pair.Value.Value) =>
            Beyond($"{pair.Record.Cell}: {pair.Table.Task} {pair.Table.Metric}", pair.Table.Metric, ours, pair.Table.Source, pair.Value.Value, tolerance),
        _ => null,
    };

    private static string Beyond(string what, string metric, double actual, string whose, double expected, Tolerance tolerance) =>
        $"{what} is {Text(actual)}; {whose}: {Text(expected)} {tolerance.ToString(metric)}, and this is {NumberText.Difference(metric, actual, expected)}{(NumberText.IsAccuracy(metric) ? " points" : "")}.";

    private static string Outcome(CellRecord record) => record.Failure is { } failure ? $"failed ({failure.Reason.TrimEnd('.')})" : "done";

    private static string Text(double value) => value.ToString("G7", CultureInfo.InvariantCulture);
}
