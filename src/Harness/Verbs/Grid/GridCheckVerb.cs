using System.CommandLine;
using Harness.Cli.CommandLine;
using Harness.Cli.Options;
using Harness.Results;

namespace Harness.Cli.Verbs.Grid;

/// <summary>
/// Runs a grid anew beside its records and compares: fresh numbers with the committed ones, within the grid's tolerance, and with the published ones that are gates.
/// Exit code 1: something differs.
/// </summary>
internal sealed class GridCheckVerb : Verb
{
    private readonly Session _session;
    private readonly GridOptions _grid;
    private readonly Option<bool> _recorded = OptionFactory.Flag("--recorded", "Run nothing: hold the records against published values and the tables against the records.");

    public GridCheckVerb(Session session)
        : base("check", "Runs a grid anew and compares it with its records and with published values.", "harness grid check tinystories --data datasets")
    {
        _session = session;
        _grid = new GridOptions(this, runs: true);
        Add(_recorded);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var (grid, folder) = _grid.Load(parsed);
        var committed = new RecordStore(folder).Load();
        if (committed.Count == 0)
        {
            throw new InputException($"{folder} has no records to compare with. Run it first: harness grid run {grid.Name}.");
        }

        var problems = parsed.GetValue(_recorded) ? Recorded(grid, folder, committed) : Fresh(parsed, grid, folder, committed);
        foreach (var problem in problems)
        {
            _session.Results.WriteLine(problem);
        }

        _session.Results.WriteLine(problems.Count == 0 ? $"{grid.Name}: {committed.Count} cells, all as recorded and published." : $"{grid.Name}: {problems.Count} differences.");
        return problems.Count == 0 ? 0 : 1;
    }

    private static List<string> Recorded(Harness.Results.Grid grid, string folder, IReadOnlyList<CellRecord> committed) =>
    [
        .. GridCheck.Gates(grid, committed, Published.Load(folder)),
        .. GridTables.Stale(grid, folder).Select(file => $"{file} does not say what the records say. Write it: harness grid tables {grid.Name}."),
    ];

    private List<string> Fresh(ParseResult parsed, Harness.Results.Grid grid, string folder, IReadOnlyList<CellRecord> committed)
    {
        var scratch = Directory.CreateTempSubdirectory("harness-check-").FullName;
        try
        {
            // weights from the cache would only say what they said before
            _grid.Run(parsed, grid, scratch, retryFailed: false, _session, weights: Path.Combine(scratch, "weights"));
            var fresh = new RecordStore(scratch).Load();
            return [.. GridCheck.Against(committed, fresh, grid.Tolerance), .. GridCheck.Gates(grid, fresh, Published.Load(folder))];
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}
