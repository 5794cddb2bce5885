namespace Harness.Results;

/// <summary>
/// Values that others have published, from <c>results/&lt;name&gt;/published.json</c>: printed beside ours with source and protocol, and gates where a
/// tolerance is given. Only like is set beside like: the same model name, task and metric, window included.
/// </summary>
public sealed record Published(IReadOnlyList<PublishedTable> Tables)
{
    /// <summary>The values in a grid's folder; none where it has no such file.</summary>
    /// <exception cref="InputException">One line for each thing that is wrong with the file.</exception>
    public static Published Load(string folder)
    {
        var file = Path.Combine(folder, "published.json");
        return File.Exists(file) ? Parse(File.ReadAllText(file), file) : new Published([]);
    }

    /// <summary>Reads the file's text; <paramref name="file"/> begins each line of the errors.</summary>
    /// <exception cref="InputException">One line for each thing that is wrong.</exception>
    public static Published Parse(string json, string file)
    {
        var problems = new Problems(file);
        return problems.Read(json, root => new Published(
            [.. root.List("tables", "List the tables, each with source, protocol, task, metric and values.")
                .Select(table => StrictObject.Open(table.Element, table.Path, problems))
                .OfType<StrictObject>()
                .Select(table => PublishedTable.Read(table, problems))]));
    }

    /// <summary>Every value about one of the grid's cells that has a record, in the file's order.</summary>
    internal IEnumerable<Comparison> Beside(Grid grid, IReadOnlyList<CellRecord> records) =>
        from table in Tables
        where !table.OfOtherModels
        from value in table.Values
        from row in grid.Rows
        where row.IsCalled(value.Row)
        from record in records
        where record.Cell == row.CellOf(record.Cell.Model, value.Sparsity)
            && record.Cell.Model.Equals(value.Model, StringComparison.OrdinalIgnoreCase)
        select new Comparison(table, value, row, record);
}

/// <summary>A published value and our record of the same cell, with the row it stands in.</summary>
internal sealed record Comparison(PublishedTable Table, PublishedValue Value, GridRow Row, CellRecord Record)
{
    /// <summary>Our number, or null where this cell has none of that metric.</summary>
    public double? Ours => ModelSection.ScoreOf(Record, Table.Task, Table.Metric)?.Value;
}
