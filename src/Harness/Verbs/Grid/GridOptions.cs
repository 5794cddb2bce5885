using System.CommandLine;
using Harness.Cli.Grids;
using Harness.Cli.Options;
using Harness.Data;
using Harness.Results;

namespace Harness.Cli.Verbs.Grid;

/// <summary>What the verbs of a grid share: which grid, where it lies, on which checkpoints and data it runs.</summary>
internal sealed class GridOptions
{
    private readonly Argument<string> _name = new("NAME") { Description = "A folder under results/ with a grid.json." };
    private readonly Option<string?> _results = Results();
    private readonly Option<string?> _models = OptionFactory.Text("--models", "DIR[,DIR]", "Checkpoint folders (default: those that grid.json names, found under HARNESS_MODELS).");
    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<string?> _device = OptionFactory.Text("--device", "cpu|cuda[:N]", "Where to compute (default: cpu).", "cpu", "cuda");

    private readonly Option<int?> _keepEvery = OptionFactory.Count(
        "--keep-every", "N", "Write where the run stands behind every N blocks, so that a killed one loses no more than that (default: a block and a minute; longer where writing would take more than a hundredth of the time).");

    private readonly MemoryOption? _memory;

    public GridOptions(Command command, bool runs)
    {
        command.Add(_name);
        command.Add(_results);
        if (runs)
        {
            command.Add(_models);
            command.Add(_data);
            command.Add(_device);
            _memory = new MemoryOption(command);
            command.Add(_keepEvery);
        }
    }

    /// <summary>--results.</summary>
    public static Option<string?> Results() => OptionFactory.Text("--results", "DIR", "The folder of grids (default: results, here or above).");

    /// <summary>The grid, read strictly, and its folder.</summary>
    public (Harness.Results.Grid Grid, string Folder) Load(ParseResult parsed)
    {
        var results = GridPlace.Find(parsed.GetValue(_results));
        var name = parsed.GetRequiredValue(_name);
        return (GridCatalog.Load(results, name, GridWords.All), Path.Combine(results, name));
    }

    /// <summary>Runs what has no record in the folder <paramref name="records"/>; returns the cells that failed.</summary>
    /// <param name="weights">Where pruned and recovered weights are kept; null for the cache.</param>
    public IReadOnlyList<CellRecord> Run(ParseResult parsed, Harness.Results.Grid grid, string records, bool retryFailed, Session session, string? weights = null) =>
        Runner(parsed, grid, records, session, weights).Run(Models(parsed, grid), Device(parsed), retryFailed);

    /// <summary>What <see cref="Run"/> would do, in words.</summary>
    public IEnumerable<string> Plan(ParseResult parsed, Harness.Results.Grid grid, string records, bool retryFailed, Session session) =>
        Runner(parsed, grid, records, session, weights: null).Plan(Models(parsed, grid), Device(parsed), retryFailed);

    private GridRunner Runner(ParseResult parsed, Harness.Results.Grid grid, string records, Session session, string? weights) =>
        new(grid, records, DataChoice.Root(parsed.GetValue(_data)), CacheFolder.Default, _memory!.Within(parsed, session)) { WeightsFolder = weights, KeepEvery = parsed.GetValue(_keepEvery) };

    private Device Device(ParseResult parsed)
    {
        var device = DeviceChoice.Parse(parsed.GetValue(_device) ?? "cpu");
        DeviceChoice.Check(device);
        return device;
    }

    private IReadOnlyList<(string Name, string Folder)> Models(ParseResult parsed, Harness.Results.Grid grid)
    {
        var given = parsed.GetValue(_models)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        return new ModelFolders(given, ModelFolders.RootsOfEnvironment()).Of(grid.Name, grid.Models);
    }
}
