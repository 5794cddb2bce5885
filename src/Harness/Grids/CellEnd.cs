using Harness.Cli.Evaluations;
using Harness.Cli.Jobs;
using Harness.Models.Checkpoints;
using Harness.Prune;
using Harness.Results;
using Harness.ZeroShot;

namespace Harness.Cli.Grids;

/// <summary>Where cells of a model go when they have ended: to their records, with their times and what was said of every document.</summary>
internal sealed class CellEnd(Grid grid, GridMaterial material, RecordStore store, string cacheFolder, Session session)
{
    private readonly RecordMaker _maker = new(grid, material, ProvenanceOf.This(material.Model.Device));
    private readonly List<CellRecord> _failed = [];

    /// <summary>Those that failed.</summary>
    public IReadOnlyList<CellRecord> Failed => _failed;

    /// <inheritdoc cref="RecordMaker.Prepare"/>
    public void Prepare() => _maker.Prepare();

    /// <summary>A cell that a sweep has ended.</summary>
    public void Save(SweepCell ended, IReadOnlyList<EvaluationResult>? results) => Save(
        _maker.Make(ended.Task.Cell, ended.Task.Inputs, ended.Run.Failure, ended.Run.Linears, material.Model.Folder, results), ended.Run.Clock.Seconds, results);

    /// <summary>A recovered cell.</summary>
    /// <param name="linears">What pruning said of each linear, zeros counted after the recovery.</param>
    /// <param name="weights">The checkpoint that was scored.</param>
    public void Save(
        SweepCell ended, RecoveryRecord recovery, IReadOnlyList<LinearReport> linears, CheckpointFolder weights, IReadOnlyDictionary<string, double> seconds, IReadOnlyList<EvaluationResult>? results) =>
        Save(_maker.Make(ended.Task.Cell, ended.Task.Inputs, ended.Run.Failure, linears, weights, results) with { Recovery = recovery }, seconds, results);

    /// <summary>A cell that did not come as far as being scored.</summary>
    public void Fail(Cell cell, IReadOnlyDictionary<string, string> inputs, Exception reason, IReadOnlyDictionary<string, double> seconds) =>
        Save(_maker.Make(cell, inputs, reason, [], material.Model.Folder, null), seconds, null);

    private void Save(CellRecord record, IReadOnlyDictionary<string, double> seconds, IReadOnlyList<EvaluationResult>? results)
    {
        if (DocumentRecords.Of(material.Evaluations.Zip(results ?? [])).ToList() is { Count: > 0 } documents)
        {
            DocumentRecords.Write(DocumentRecords.PathOf(cacheFolder, record), documents);
        }

        store.Save(record, [.. seconds.Select(spent => new StageTime(spent.Key, Math.Round(spent.Value, 3), Bytes.Peak))]);
        if (record.Failure is { } failure)
        {
            _failed.Add(record);
            session.Note($"{record.Cell} failed: {failure.Reason}");
        }
    }
}
