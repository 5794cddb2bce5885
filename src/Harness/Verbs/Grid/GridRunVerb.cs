using System.CommandLine;
using Harness.Cli.CommandLine;
using Harness.Cli.Options;

namespace Harness.Cli.Verbs.Grid;

/// <summary>Runs the cells that have no record, writes the tables and prints the scores. Exit code 1: a cell failed.</summary>
internal sealed class GridRunVerb : Verb
{
    private readonly Session _session;
    private readonly GridOptions _grid;
    private readonly Option<bool> _plan = OptionFactory.Flag("--plan", "Only print what would be done: cells, memory by part, what goes to disk, and about how long.");
    private readonly Option<bool> _retry = OptionFactory.Flag("--retry-failed", "Also run the cells whose record says that they failed.");

    public GridRunVerb(Session session)
        : base(
            "run",
            "Runs the cells of a grid that have no record yet and prints its table; a killed run goes on where it was.",
            "harness grid run smollm2 --models models/smollm2-135m-instruct --data datasets")
    {
        _session = session;
        _grid = new GridOptions(this, runs: true);
        Add(_retry);
        Add(_plan);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var (grid, folder) = _grid.Load(parsed);
        if (parsed.GetValue(_plan))
        {
            foreach (var sentence in _grid.Plan(parsed, grid, folder, parsed.GetValue(_retry), _session))
            {
                _session.Results.WriteLine(sentence);
            }

            return 0;
        }

        var failed = _grid.Run(parsed, grid, folder, parsed.GetValue(_retry), _session);
        GridTables.Write(grid, folder);
        _session.Results.Write(File.ReadAllText(Path.Combine(folder, GridTables.Scores)));
        return failed.Count == 0 ? 0 : 1;
    }
}
