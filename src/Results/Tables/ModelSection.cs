using System.Globalization;

namespace Harness.Results;

/// <summary>What the records of a grid tell about one model.</summary>
internal sealed class ModelSection
{
    private readonly Grid _grid;
    private readonly string _model;
    private readonly List<Cell> _cells;
    private readonly Dictionary<Cell, CellRecord> _records;

    public ModelSection(Grid grid, string model, IEnumerable<CellRecord> all)
    {
        (_grid, _model) = (grid, model);
        _cells = [.. grid.Cells([model])];
        _records = all.Where(record => _cells.Contains(record.Cell)).ToDictionary(record => record.Cell);
    }

    /// <summary>The records in the grid's order.</summary>
    private IEnumerable<CellRecord> Measured => _cells.Select(cell => _records.GetValueOrDefault(cell)).OfType<CellRecord>();

    /// <summary>A table per metric, then the footnotes of all.</summary>
    public IEnumerable<string> Scores()
    {
        var notes = new Notes();
        var tables = _grid.Evaluations.Where(plan => plan.Protocol is null).Select(plan => plan.Task).Distinct().SelectMany(task =>
        {
            var metrics = Measured.SelectMany(record => record.Scores).Where(score => score.Task == task).Select(score => score.Metric).Distinct().ToList();
            return metrics.Count == 0
                ? [Table(task, record => Text(record, null, notes))]
                : metrics.Select(metric => Table(NumberText.Heading(task, metric), record => Text(record, ScoreOf(record, task, metric), notes)));
        }).ToList();
        return [.. tables, .. Accuracies(notes).ToList(), notes.ToString()];
    }

    /// <summary>A table per protocol and metric: a row for each cell, a column for each task and one for the mean of the papers' seven.</summary>
    private IEnumerable<string> Accuracies(Notes notes)
    {
        foreach (var plans in _grid.Evaluations.Where(plan => plan.Protocol is not null).GroupBy(plan => plan.Protocol!, plan => plan.Task))
        {
            foreach (var metric in new[] { $"acc@{plans.Key}", $"acc_norm@{plans.Key}" })
            {
                var tasks = plans.Append(ScoreTables.MeanTask).Where(task => Measured.Any(record => ScoreOf(record, task, metric) is not null)).ToList();
                if (tasks.Count > 0)
                {
                    yield return Accuracies(metric, tasks, notes);
                }
            }
        }
    }

    private string Accuracies(string metric, IReadOnlyList<string> tasks, Notes notes)
    {
        var table = new MarkdownTable([$"{metric} % ↑", .. tasks.Select(task => task == ScoreTables.MeanTask ? "mean of seven" : task)]);
        foreach (var (row, sparsity) in _grid.Places)
        {
            var record = _records.GetValueOrDefault(row.CellOf(_model, sparsity));
            table.Add([row.LabelAt(sparsity), .. tasks.Select(task =>
                record?.Failure is null && ScoreOf(record, task, metric) is { } score ? NumberText.Score(metric, score.Value) : Text(record, null, notes))]);
        }

        return table.ToString();
    }

    /// <summary>How many weights are zero, where that is known of any cell.</summary>
    public string Achieved() => !Measured.Any(record => record.Achieved is not null) ? "" : Table(
        "zeros, % of decoder linears / of the model",
        record => record?.Achieved is { } achieved ? $"{NumberText.Percent(achieved.Linears.Share)} / {NumberText.Percent(achieved.Model.Share)}" : ScoreTables.Absent);

    /// <summary>How the numbers were made; a line for each protocol where the records do not agree on one.</summary>
    public string Protocol()
    {
        var lines = Measured.SelectMany(ProtocolLines.Of).GroupBy(line => line.Subject, line => line.Text).OrderBy(subject => subject.Key.Order)
            .SelectMany(subject => subject.GroupBy(text => text)
                .Select(text => text.Count() == subject.Count() ? $"- {text.Key}" : $"- {text.Key}: {text.Count()} of {Plural(subject.Count(), "cell")}"))
            .ToList();
        return lines.Count == 0 ? "" : string.Join('\n', lines.Prepend("Protocol:\n"));
    }

    internal static Score? ScoreOf(CellRecord? record, string task, string metric) =>
        record?.Scores.FirstOrDefault(score => score.Task == task && score.Metric == metric);

    private string Text(CellRecord? record, Score? score, Notes notes)
    {
        if (record?.Failure is { } failure)
        {
            return $"{failure.Short} {notes.Mark($"{Label(record.Cell)}: {failure.Reason}")}";
        }

        if (score is null)
        {
            return ScoreTables.Absent;
        }

        var text = NumberText.Score(score.Metric, score.Value);
        return record?.Protocol?.DampingRetries is { Count: > 0 } retries ? $"{text} {notes.Mark($"{Label(record.Cell)}: {Damping(retries)}")}" : text;
    }

    private string Label(Cell cell) => _grid.Places.Where(place => place.Row.CellOf(_model, place.Sparsity) == cell).Select(place => place.Row.LabelAt(place.Sparsity)).First();

    private static string Damping(IReadOnlyList<DampingRetry> retries)
    {
        var others = retries.Count == 1 ? "" : $" and {Plural(retries.Count - 1, "other linear")}";
        return string.Create(CultureInfo.InvariantCulture, $"damping raised to {retries[0].Damping} for {retries[0].Linear}{others}.");
    }

    /// <summary>Rows are the pruning methods and below each its recoveries, columns the sparsities; dense is the first column, the same number in every row.</summary>
    private string Table(string heading, Func<CellRecord?, string> text)
    {
        var table = new MarkdownTable([heading, .. _grid.Columns.Select(sparsity => sparsity.ToString())]);
        foreach (var row in _grid.Rows.Where(row => !row.Method.Method.IsDense || _grid.Methods.Count == 1))
        {
            table.Add([row.Label, .. _grid.Columns
                .Select(sparsity => sparsity.IsDense ? new Cell(_model, Method.Dense, sparsity) : row.CellOf(_model, sparsity))
                .Select(cell => text(_records.GetValueOrDefault(cell)))]);
        }

        return table.ToString();
    }

    private static string Plural(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
