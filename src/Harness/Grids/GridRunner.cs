using Harness.Cli.Evaluations;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Data.Hub;
using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Results;
using Harness.ZeroShot;

namespace Harness.Cli.Grids;

/// <summary>Runs the cells of a grid that have no record under their present key.</summary>
/// <param name="folder">Where the records go: the grid's own folder, or another to compare with it.</param>
public sealed class GridRunner(Grid grid, string folder, DataRoot data, string cacheFolder, Session session)
{
    private static readonly TimeSpan BetweenSnapshots = TimeSpan.FromSeconds(60);

    /// <summary>Runs what is missing for these models. Returns the cells that failed in this run.</summary>
    /// <param name="retryFailed">Whether a recorded failure counts as missing.</param>
    public IReadOnlyList<CellRecord> Run(IReadOnlyList<(string Name, string Folder)> models, Device device, bool retryFailed)
    {
        var store = new RecordStore(folder);
        var failed = new List<CellRecord>();
        foreach (var (name, path) in models)
        {
            using var material = new GridMaterial(grid, name, Open(path, device), data, cacheFolder);
            var pending = grid.Cells([name]).Where(cell => !IsDone(store, cell, CellInputs.Of(grid, material, cell), retryFailed)).ToArray();
            session.Note($"{name}: {pending.Length} of {grid.Cells([name]).Count()} cells to run");
            foreach (var (group, tokens) in SweepGroups.Of(grid, material, pending, session))
            {
                failed.AddRange(Sweep(material, store, group, tokens));
            }
        }

        return failed;
    }

    private List<CellRecord> Sweep(GridMaterial material, RecordStore store, IReadOnlyList<Cell> cells, long tokens)
    {
        var maker = new RecordMaker(grid, material, ProvenanceOf.This(material.Model.Device));
        var failed = new List<CellRecord>();
        using var stage = session.Begin($"{material.Name}, {cells.Count} cells", material.Model.Config.Layers, "blocks");
        new Sweep(grid, material, cells, tokens, cacheFolder, BetweenSnapshots).Run(stage.Report, (ended, results) =>
        {
            var record = maker.Make(ended, results);
            SaveDocuments(material, record, results);
            store.Save(record, [.. ended.Run.Clock.Seconds.Select(spent => new StageTime(spent.Key, Math.Round(spent.Value, 3), Bytes.Peak))]);
            if (record.Failure is { } failure)
            {
                failed.Add(record);
                session.Note($"{record.Cell} failed: {failure.Reason}");
            }
        });
        return failed;
    }

    /// <summary>What the model said of every document goes to the cache, under the record's key.</summary>
    private void SaveDocuments(GridMaterial material, CellRecord record, IReadOnlyList<EvaluationResult>? results)
    {
        if (DocumentRecords.Of(material.Evaluations.Zip(results ?? [])).ToList() is { Count: > 0 } documents)
        {
            DocumentRecords.Write(DocumentRecords.PathOf(cacheFolder, record), documents);
        }
    }

    private CausalLM Open(string path, Device device)
    {
        var model = CausalLM.Open(path, grid.Dtype is null ? null : DTypeChoice.Parse(grid.Dtype).ToScalarType(), device);
        DTypeChoice.Check(model.DType, device);
        return model;
    }

    private static bool IsDone(RecordStore store, Cell cell, IReadOnlyDictionary<string, string> inputs, bool retryFailed) =>
        store.Find(cell, CellKey.Of(inputs)) is { } record && !(retryFailed && record.Failure is not null);
}
