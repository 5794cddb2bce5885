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
}
