namespace Harness.Results;

/// <summary>Published values with ours beside them: a table per source.</summary>
internal static class PublishedTables
{
    public static IEnumerable<string> Of(Grid grid, string model, IReadOnlyList<CellRecord> records, Published? published)
    {
        var ofModel = records.Where(record => record.Cell.Model == model).ToList();
        foreach (var source in (published?.Beside(grid, ofModel) ?? []).Where(pair => pair.Ours is not null).GroupBy(pair => pair.Table))
        {
            var gated = source.Key.Tolerance is not null;
            var table = new MarkdownTable([NumberText.Heading(source.Key.Task, source.Key.Metric), "published", "ours", "Δ", .. gated ? ["gate"] : Array.Empty<string>()]);
            foreach (var (value, row, ours) in source.Select(pair => (pair.Value, pair.Row, pair.Ours!.Value)))
            {
                table.Add([
                    row.LabelAt(value.Sparsity),
                    NumberText.Score(source.Key.Metric, value.Value),
                    NumberText.Score(source.Key.Metric, ours),
                    NumberText.Difference(source.Key.Metric, ours, value.Value),
                    .. source.Key.Tolerance is { } tolerance ? [$"{(tolerance.Holds(ours, value.Value) ? "within" : "beyond")} {tolerance.ToString(source.Key.Metric)}"] : Array.Empty<string>()]);
            }

            yield return $"Beside {source.Key.Source} ({source.Key.Protocol}):";
            yield return table.ToString();
        }
    }

    /// <summary>Values of other models under a heading that says so: a row for each model and method, the grid's columns.</summary>
    public static IEnumerable<string> OfOtherModels(Grid grid, Published? published)
    {
        var tables = (published?.Tables ?? []).Where(table => table.OfOtherModels).ToList();
        if (tables.Count > 0)
        {
            yield return "## Published, of other models";
            yield return "Not measured here and not comparable with the numbers above: other models, other texts. What can be compared is the order of the methods.";
        }

        foreach (var source in tables)
        {
            yield return $"{source.Source} ({source.Protocol}):";
            yield return Table(grid, source);
        }
    }

    private static string Table(Grid grid, PublishedTable published)
    {
        var table = new MarkdownTable([NumberText.Heading(published.Task, published.Metric), .. grid.Columns.Select(sparsity => sparsity.ToString())]);
        foreach (var model in published.Values.GroupBy(value => value.Model))
        {
            foreach (var row in model.Where(value => !value.Sparsity.IsDense).Select(value => value.Row).Distinct())
            {
                table.Add([$"{model.Key} {row}", .. grid.Columns.Select(sparsity =>
                    model.FirstOrDefault(value => value.Sparsity == sparsity && (sparsity.IsDense || value.Row == row)) is { } value ? NumberText.Score(published.Metric, value.Value) : ScoreTables.Absent)]);
            }
        }

        return table.ToString();
    }
}
