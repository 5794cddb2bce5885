using Harness.Cli.CommandLine;

namespace Harness.Cli.Verbs.Grid;

/// <summary>Writes a grid's tables from its records, and its block in the README.</summary>
internal sealed class GridTablesVerb : Verb
{
    private readonly GridOptions _grid;

    public GridTablesVerb(Session session)
        : base("tables", "Writes scores.md, report.html and timings.md of a grid, and its block in README.md, from the records.", "harness grid tables smollm2")
    {
        _grid = new GridOptions(this, runs: false);
        SetAction(parsed =>
        {
            var (grid, folder) = _grid.Load(parsed);
            GridTables.Write(grid, folder);
            session.Note($"Written: {string.Join(", ", new[] { GridTables.Scores, GridTables.Report, GridTables.Timings }.Select(file => Path.Combine(folder, file)))}.");
            return 0;
        });
    }
}
