using Harness.Results;

namespace Harness.Cli.Verbs.Grid;

/// <summary>The documents beside a grid's records, and its block in the README above its results folder.</summary>
internal static class GridTables
{
    public const string Scores = "scores.md";
    public const string Report = "report.html";
    public const string Timings = "timings.md";

    /// <summary>Writes all of them from the records.</summary>
    public static void Write(Harness.Results.Grid grid, string folder)
    {
        var store = new RecordStore(folder);
        var records = store.Load();
        foreach (var (name, text) in Compared(grid, folder, records).Append((Timings, TimingTables.Document(grid, records, store.LoadTimings()))))
        {
            Durable.WriteText(Path.Combine(folder, name), text);
        }

        if (HasBlock(grid, folder))
        {
            MarkdownBlock.Update(Readme(folder), grid.Name, ScoreTables.Block(grid, records));
        }
    }

    /// <summary>The files that do not say what the records say.</summary>
    public static IReadOnlyList<string> Stale(Harness.Results.Grid grid, string folder)
    {
        var records = new RecordStore(folder).Load();
        return
        [
            .. Compared(grid, folder, records).Where(file => !File.Exists(Path.Combine(folder, file.Name)) || File.ReadAllText(Path.Combine(folder, file.Name)) != file.Text)
                .Select(file => Path.Combine(folder, file.Name)),
            .. HasBlock(grid, folder) && !MarkdownBlock.IsCurrent(Readme(folder), grid.Name, ScoreTables.Block(grid, records)) ? [Readme(folder)] : Array.Empty<string>(),
        ];
    }

    /// <summary>What is made of the numbers alone: every machine writes the same.</summary>
    private static IEnumerable<(string Name, string Text)> Compared(Harness.Results.Grid grid, string folder, IReadOnlyList<CellRecord> records)
    {
        var published = Published.Load(folder);
        return [(Scores, ScoreTables.Document(grid, records, published)), (Report, Harness.Results.Report.Document(grid, records, published))];
    }

    private static string Readme(string folder) => Path.GetFullPath(Path.Combine(folder, "..", "..", "README.md"));

    private static bool HasBlock(Harness.Results.Grid grid, string folder) =>
        File.Exists(Readme(folder)) && MarkdownBlock.Names(File.ReadAllText(Readme(folder))).Contains(grid.Name);
}
