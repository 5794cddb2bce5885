using Harness.Prune.Calibration;
using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// Magnitude pruning (Han et al. 2015, as in Wanda's code): prunes the smallest |W| of each whole matrix, or of each group for n:m.
/// Deviation from the authors' code: ties within an n:m group go to the lower column, where theirs depend on the device.
/// </summary>
public sealed class Magnitude : PruningMethod
{
    /// <summary>By name.</summary>
    public static MethodEntry Entry { get; } = new("magnitude", "the smallest |W| of each matrix", [], _ => new Magnitude());

    public override string Name => "magnitude";

    public override int Version => 1;

    public override StatisticKinds Needs => StatisticKinds.None;

    public override PrunedWeight Prune(PrunableLinear linear, Sparsity sparsity)
    {
        using var scope = NewDisposeScope();
        var W = linear.W;
        var metric = W.abs().to(float32);
        var mask = sparsity.Ratio is { } ratio ? Mask.PerMatrix(metric, ratio) : Mask.PerGroup(metric, sparsity.Keep, sparsity.Group);
        return new PrunedWeight(W.masked_fill(mask, 0).MoveToOuterDisposeScope());
    }
}
