namespace Harness.Results;

/// <summary>A grid's numbers as Markdown, as the papers lay them out: a row per method, a column per sparsity, a table per model and metric.</summary>
public static class ScoreTables
{
    /// <summary>The task that stands in records for the mean accuracy over the seven tasks of the papers.</summary>
    public const string MeanTask = "zero-shot";

    /// <summary>What stands in a table for a cell that has not been run.</summary>
    internal const string Absent = "—";

    /// <summary>The whole of <c>scores.md</c>: tables, zeros achieved, published values beside ours, protocol; at the end, published values of other models.</summary>
    public static string Document(Grid grid, IReadOnlyList<CellRecord> records, Published? published = null)
    {
        List<string> parts = [$"# {grid.Title}", "<!-- Generated from the records in cells/; edits are overwritten. -->"];
        foreach (var model in Models(grid, records))
        {
            var section = new ModelSection(grid, model, records);
            parts.AddRange([$"## {model}", .. section.Scores(), section.Achieved(), .. PublishedTables.Of(grid, model, records, published), section.Protocol()]);
        }

        return Joined(parts.Concat(PublishedTables.OfOtherModels(grid, published))) + "\n";
    }

    /// <summary>The scores alone, for a generated block of another page.</summary>
    public static string Block(Grid grid, IReadOnlyList<CellRecord> records) =>
        Joined(Models(grid, records).SelectMany(model => new ModelSection(grid, model, records).Scores().Prepend($"**{model}**")));

    /// <summary>The grid's models; those of the records, in ordinal order, where they come from the command line.</summary>
    internal static IReadOnlyList<string> Models(Grid grid, IReadOnlyList<CellRecord> records) =>
        grid.Models.Count > 0 ? grid.Models : [.. records.Select(record => record.Cell.Model).Distinct().Order(StringComparer.Ordinal)];

    internal static string Joined(IEnumerable<string> parts) => string.Join("\n\n", parts.Where(part => part.Length > 0));
}
