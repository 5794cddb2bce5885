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
    private ZeroCount? _outside;

    public CellRecord Make(SweepCell ended, IReadOnlyList<EvaluationResult>? results) => new()
    {
        Cell = ended.Cell,
        Inputs = ended.Inputs,
        Failure = ended.Run.Failure is { } reason ? new Harness.Results.Failure(Short(reason), reason.Message) : null,
        Scores = results is null ? [] : Means.With([.. material.Evaluations.Zip(results).SelectMany(pair => pair.First.Scores(pair.Second, material.Hashes))]),
        Achieved = ended.Run.Failure is not null || ended.Cell.Method.IsDense ? null : Achieved(ended.Run.Linears),
        Protocol = Protocol(ended),
        Provenance = provenance,
    };

    private Protocol Protocol(SweepCell ended) => new()
    {
        Model = material.Model.Folder.Key,
        Tokenizer = material.Tokenizer.ContentKey,
        Dtype = material.Model.DType.ToElementType().TorchName(),
        Calibration = !SweepCell.IsCalibrated(grid, ended.Cell) ? null : new CalibrationProtocol(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(grid.Calibration.Corpus)),
            material.Calibration.Samples,
            material.CalibrationRequest.Length,
            grid.Calibration.Seed,
            grid.Propagate,
            material.CalibrationCorpus.Value.ContentHash(material.Hashes),
            material.Calibration.Hash,
            grid.Calibration.Preproc),
        DampingRetries = DampingRetries(ended.Run.Linears) is { Count: > 0 } retries ? retries : null,
    };

    private static List<DampingRetry> DampingRetries(IEnumerable<LinearReport> linears) =>
        [.. linears.Where(linear => linear.Damping is not null).Select(linear => new DampingRetry(linear.Parameter, linear.Damping!.Damping, linear.Damping.Raises))];

    private AchievedSparsity Achieved(IReadOnlyList<LinearReport> linears)
    {
        var total = Sum(linears);
        return new AchievedSparsity(
            total,
            new[] { total, Outside(linears) }.Sum(),
            [.. linears.GroupBy(linear => linear.Layer).OrderBy(layer => layer.Key).Select(layer => Sum(layer).Share)]);
    }

    private static ZeroCount Sum(IEnumerable<LinearReport> linears) => linears.Select(linear => new ZeroCount(linear.Zeros, linear.Elements)).Sum();

    /// <summary>The zeros of everything that is never pruned: embeddings, norms, biases, the head.</summary>
    private ZeroCount Outside(IReadOnlyList<LinearReport> linears) => _outside ??= ZeroCounts.OutsideOf(
        material.Model.Folder, material.Model.Config, linears.Select(linear => linear.Parameter).ToHashSet(StringComparer.Ordinal));

    private static string Short(Exception reason) => Cli.Failure.IsOutOfMemory(reason) ? "OOM"
        : reason.Message.Contains("not positive-definite", StringComparison.Ordinal) ? "not PD"
        : reason.Message.Contains("NaN", StringComparison.Ordinal) ? "NaN"
        : "failed";
}
