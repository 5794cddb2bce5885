using Harness.Cli.Evaluations;
using Harness.Cli.Jobs;
using Harness.Models.Checkpoints;
using Harness.Prune;
using Harness.Results;
using Harness.ZeroShot;

namespace Harness.Cli.Grids;

/// <summary>Turns a cell that has ended into its record.</summary>
internal sealed class RecordMaker(Grid grid, GridMaterial material, Provenance provenance)
{
    private readonly Dictionary<string, ZeroCount> _outside = [];

    /// <param name="inputs">What the record is found by.</param>
    /// <param name="failure">Why there are no numbers; null where there are.</param>
    /// <param name="linears">What became of each linear; nothing for dense.</param>
    /// <param name="weights">The checkpoint that everything but the linears is counted in.</param>
    public CellRecord Make(
        Cell cell,
        IReadOnlyDictionary<string, string> inputs,
        Exception? failure,
        IReadOnlyList<LinearReport> linears,
        CheckpointFolder weights,
        IReadOnlyList<EvaluationResult>? results) => new()
        {
            Cell = cell,
            Inputs = inputs,
            Failure = failure is null ? null : new Harness.Results.Failure(Short(failure), failure.Message),
            Scores = results is null ? [] : Means.With([.. material.Evaluations.Zip(results).SelectMany(pair => pair.First.Scores(pair.Second, material.Hashes))]),
            Achieved = failure is not null || cell.Method.IsDense ? null : Achieved(linears, weights),
            Protocol = Protocol(cell, linears),
            Provenance = provenance,
        };

    /// <summary>Reads what every record says of the checkpoint itself: before a walk fills the memory, rather than behind it.</summary>
    public void Prepare() => Outside(material.Model.Linears.Select(linear => linear.Parameter), material.Model.Folder);

    private Protocol Protocol(Cell cell, IReadOnlyList<LinearReport> linears) => new()
    {
        Model = material.Model.Folder.Key,
        Tokenizer = material.Tokenizer.ContentKey,
        Dtype = material.Model.DType.ToElementType().TorchName(),
        Calibration = SweepTask.RecipeOf(grid, cell)?.IsCalibrated != true ? null : new CalibrationProtocol(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(grid.Calibration.Corpus)),
            material.Calibration.Samples,
            material.CalibrationRequest.Length,
            grid.Calibration.Seed,
            grid.Propagate,
            material.CalibrationCorpus.Value.ContentHash(material.Hashes),
            material.Calibration.Hash,
            grid.Calibration.Preproc),
        DampingRetries = DampingRetries(linears) is { Count: > 0 } retries ? retries : null,
    };

    private static List<DampingRetry> DampingRetries(IEnumerable<LinearReport> linears) =>
        [.. linears.Where(linear => linear.Damping is not null).Select(linear => new DampingRetry(linear.Parameter, linear.Damping!.Damping, linear.Damping.Raises))];

    private AchievedSparsity Achieved(IReadOnlyList<LinearReport> linears, CheckpointFolder weights)
    {
        var total = Sum(linears);
        return new AchievedSparsity(
            total,
            new[] { total, Outside(linears.Select(linear => linear.Parameter), weights) }.Sum(),
            [.. linears.GroupBy(linear => linear.Layer).OrderBy(layer => layer.Key).Select(layer => Sum(layer).Share)]);
    }

    private static ZeroCount Sum(IEnumerable<LinearReport> linears) => linears.Select(linear => new ZeroCount(linear.Zeros, linear.Elements)).Sum();

    /// <summary>The zeros of everything that is never pruned: embeddings, norms, biases, the head.</summary>
    private ZeroCount Outside(IEnumerable<string> linears, CheckpointFolder weights)
    {
        if (!_outside.TryGetValue(weights.Path, out var count))
        {
            count = _outside[weights.Path] = ZeroCounts.OutsideOf(weights, material.Model.Config, linears.ToHashSet(StringComparer.Ordinal));
        }

        return count;
    }

    private static string Short(Exception reason) => Cli.Failure.IsOutOfMemory(reason) ? "OOM"
        : reason.Message.Contains("not positive-definite", StringComparison.Ordinal) ? "not PD"
        : reason.Message.Contains("NaN", StringComparison.Ordinal) ? "NaN"
        : "failed";
}
