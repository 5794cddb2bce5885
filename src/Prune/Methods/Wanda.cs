using Harness.Prune.Calibration;
using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// Wanda (Sun et al. 2023, arXiv 2306.11695): prunes by |W|·‖X‖₂ within each output row, no weight update.
/// Deviation from the authors' code: ties go to the lower column also in n:m, where theirs depend on the device.
/// </summary>
public sealed class Wanda : PruningMethod
{
    public override string Name => "wanda";

    public override int Version => 1;

    public override StatisticKinds Needs => StatisticKinds.ColumnSquares;

    public override PrunedWeight Prune(Tensor W, InputStatistics? statistics, Sparsity sparsity)
    {
        using var scope = NewDisposeScope();
        var metric = Metric(W, statistics!);
        var mask = sparsity.Ratio is { } ratio ? Mask.PerRow(metric, ratio) : Mask.PerGroup(metric, sparsity.Keep, sparsity.Group);
        return new PrunedWeight(W.masked_fill(mask, 0).MoveToOuterDisposeScope());
    }

    /// <summary>|W|·√s, float32. W: [out, in].</summary>
    public static Tensor Metric(Tensor W, InputStatistics statistics)
    {
        using var scope = NewDisposeScope();
        return W.abs().to(float32).mul_(statistics.MeanColumnSquares().sqrt()).MoveToOuterDisposeScope();
    }
}
