using Harness.Results;

namespace Harness.Cli.Verbs.Grid;

/// <summary>The documents beside a grid's records, and its block in the README above its results folder.</summary>
internal static class GridTables
{
    public const string Scores = "scores.md";
    public const string Timings = "timings.md";

    /// <summary>Writes all of them from the records.</summary>
    public static void Write(Harness.Results.Grid grid, string folder)
    {
        var store = new RecordStore(folder);
        var records = store.Load();
        Durable.WriteText(Path.Combine(folder, Scores), ScoresOf(grid, folder, records));
        Durable.WriteText(Path.Combine(folder, Timings), TimingTables.Document(grid, records, store.LoadTimings()));
        if (HasBlock(grid, folder))
        {
            MarkdownBlock.Update(Readme(folder), grid.Name, ScoreTables.Block(grid, records));
        }
    }

    /// <summary>Whether scores and README say what the records say.</summary>
    public static bool AreCurrent(Harness.Results.Grid grid, string folder)
    {
        var records = new RecordStore(folder).Load();
        var scores = Path.Combine(folder, Scores);
        return File.Exists(scores) && File.ReadAllText(scores) == ScoresOf(grid, folder, records)
            && (!HasBlock(grid, folder) || MarkdownBlock.IsCurrent(Readme(folder), grid.Name, ScoreTables.Block(grid, records)));
    }

    private static string ScoresOf(Harness.Results.Grid grid, string folder, IReadOnlyList<CellRecord> records) =>
        ScoreTables.Document(grid, records, Published.Load(folder));

    private static string Readme(string folder) => Path.GetFullPath(Path.Combine(folder, "..", "..", "README.md"));

    private static bool HasBlock(Harness.Results.Grid grid, string folder) =>
        File.Exists(Readme(folder)) && MarkdownBlock.Names(File.ReadAllText(Readme(folder))).Contains(grid.Name);
}
