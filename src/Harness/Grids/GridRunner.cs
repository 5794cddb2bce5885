using System.Globalization;
using Harness.Cli.Grids.Recoveries;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Data.Hub;
using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Results;

namespace Harness.Cli.Grids;

/// <summary>Runs the cells of a grid that have no record under their present key.</summary>
/// <param name="folder">Where the records go: the grid's own folder, or another to compare with it.</param>
public sealed class GridRunner(Grid grid, string folder, DataRoot data, string cacheFolder, Session session)
{
    /// <summary>A killed sweep loses at most the work on so many blocks; null for a minute's and a block's, or more where writing takes long (<see cref="SnapshotRhythm"/>).</summary>
    public int? KeepEvery { get; init; }

    /// <summary>Where pruned and recovered weights are kept; null for the cache.</summary>
    public string? WeightsFolder { get; init; }

    /// <summary>Runs what is missing for these models. Returns the cells that failed in this run.</summary>
    /// <param name="retryFailed">Whether a recorded failure counts as missing.</param>
    public IReadOnlyList<CellRecord> Run(IReadOnlyList<(string Name, string Folder)> models, Device device, bool retryFailed)
    {
        var store = new RecordStore(folder);
        var failed = new List<CellRecord>();
        foreach (var (name, path) in models)
        {
            using var material = new GridMaterial(grid, name, Open(path, device), data, cacheFolder);
            using var alone = WaitForOthers(material);
            var pending = Pending(material, store, retryFailed);
            session.Note(Heading(material, pending));
            var end = new CellEnd(grid, material, store, cacheFolder, session);
            Run(material, pending, end);
            failed.AddRange(end.Failed);
        }

        return failed;
    }

    /// <summary>What a run would do for these models, in words: nothing is pruned, scored or written.</summary>
    /// <inheritdoc cref="Run(IReadOnlyList{ValueTuple{string, string}}, Device, bool)"/>
    public IEnumerable<string> Plan(IReadOnlyList<(string Name, string Folder)> models, Device device, bool retryFailed)
    {
        var store = new RecordStore(folder);
        foreach (var (name, path) in models)
        {
            using var material = new GridMaterial(grid, name, Open(path, device), data, cacheFolder);
            var pending = Pending(material, store, retryFailed);
            yield return Heading(material, pending);
            if (Tasks(pending, Recoveries(material, pending, new CellEnd(grid, material, store, cacheFolder, session)), material) is { Count: > 0 } tasks)
            {
                yield return $"{name}: {SweepPlan.Of(material, tasks, session.Memory).Text(ProductRate.Measure(material.Model))}";
            }

            if (pending.Count(cell => cell.Recovery is not null) is > 0 and var trained)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"{name}: then {trained} cells are recovered and scored, one after the other.");
            }
        }
    }

    private Cell[] Pending(GridMaterial material, RecordStore store, bool retryFailed) =>
        [.. grid.Cells([material.Name]).Where(cell => !IsDone(store, cell, CellInputs.Of(grid, material, cell), retryFailed))];

    private string Heading(GridMaterial material, IReadOnlyList<Cell> pending) =>
        string.Create(CultureInfo.InvariantCulture, $"{material.Name}: {pending.Count} of {grid.Cells([material.Name]).Count()} cells to run");

    /// <summary>Runs of the same model share what is in the cache, and a second one finds there what the first has done.</summary>
    private FileLock WaitForOthers(GridMaterial material) => FileLock.Acquire(
        CacheContents.Lock(cacheFolder, material.Model.Folder.Key),
        session.Stop,
        () => session.Note($"{material.Name}: another run is at work on this model; waiting for it")).GetAwaiter().GetResult();

    /// <summary>One walk prunes for all cells and scores those without recovery; then the others are recovered, one after the other.</summary>
    private void Run(GridMaterial material, IReadOnlyList<Cell> pending, CellEnd end)
    {
        var recoveries = Recoveries(material, pending, end);
        var tasks = Tasks(pending, recoveries, material);
        if (tasks.Count > 0)
        {
            end.Prepare();
            var plan = SweepPlan.Of(material, tasks, session.Memory);
            session.Note($"{material.Name}: {plan.Text(ProductRate.Measure(material.Model))}");
            material.Model.States = plan.Memory.Space(cacheFolder);
            using var stage = session.Begin($"{material.Name}, {tasks.Count} cells", material.Model.Config.Layers, "blocks");
            new Sweep(material, tasks, Name(material), cacheFolder, new SnapshotRhythm(KeepEvery), session.Memory).Run(stage.Report, (ended, results) =>
            {
                recoveries.GetValueOrDefault(ended.Task.Cell)?.Ended(ended.Run);
                if (ended.Task.IsScored)
                {
                    end.Save(ended, results);
                }
            });
        }
        else
        {
            SweepSnapshot.Of(Name(material), cacheFolder).Delete(); // of a run that was killed between its last record and this
        }

        foreach (var cell in recoveries.Values)
        {
            cell.Run();
        }
    }

    private Dictionary<Cell, CellRecoveries> Recoveries(GridMaterial material, IReadOnlyList<Cell> pending, CellEnd end) =>
        pending.Where(cell => cell.Recovery is not null).GroupBy(cell => cell with { Recovery = null }).ToDictionary(
            cells => cells.Key, cells => new CellRecoveries(grid, material, [.. cells], WeightsFolder ?? cacheFolder, session, end));

    /// <summary>What one walk does for the cells: score those without recovery, prune what the others start from.</summary>
    private IReadOnlyList<SweepTask> Tasks(IReadOnlyList<Cell> pending, Dictionary<Cell, CellRecoveries> recoveries, GridMaterial material) =>
    [
        .. pending.Select(cell => cell with { Recovery = null }).Distinct().Select(cell => SweepTask.Of(grid, material, cell) with
        {
            IsScored = pending.Contains(cell),
            Kept = recoveries.GetValueOrDefault(cell)?.Missing,
        }).Where(task => task.IsScored || task.Kept is not null),
    ];

    /// <summary>All cells of the grid and model, those included that are done: what is left of a killed sweep finds its snapshot.</summary>
    private string Name(GridMaterial material) => string.Concat(grid.Cells([material.Name]).Select(cell => CellKey.Of(CellInputs.Of(grid, material, cell)) + "\n"));

    private CausalLM Open(string path, Device device)
    {
        var model = CausalLM.Open(path, grid.Dtype is null ? null : DTypeChoice.Parse(grid.Dtype).ToScalarType(), device);
        DTypeChoice.Check(model.DType, device);
        return model;
    }

    private static bool IsDone(RecordStore store, Cell cell, IReadOnlyDictionary<string, string> inputs, bool retryFailed) =>
        store.Find(cell, CellKey.Of(inputs)) is { } record && !(retryFailed && record.Failure is not null);
}
