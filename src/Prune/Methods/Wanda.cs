using Harness.Prune.Calibration;

namespace Harness.Prune.Methods;

/// <summary>
/// Wanda (Sun et al. 2023, arXiv 2306.11695): prunes by |W|·‖X‖₂ within each output row, no weight update.
/// Deviation from the authors' code: ties go to the lower column also in n:m, where theirs depend on the device.
/// </summary>
public sealed class Wanda(bool isVariant = false) : RowMetricMethod(isVariant)
{
    /// <summary>By name.</summary>
    public static MethodEntry Entry { get; } = new("wanda", "the smallest |W|·‖X‖₂ of each row", [Variant], settings => new Wanda(settings.Flag(Variant.Name)));

    public override string Name => "wanda";

    public override int Version => 1;

    public override StatisticKinds Needs => StatisticKinds.ColumnSquares;

    /// <summary>|W|·√s, float32. W: [out, in].</summary>
    public static Tensor Metric(Tensor W, InputStatistics statistics)
    {
        using var scope = NewDisposeScope();
        return W.abs().to(float32).mul_(statistics.MeanColumnSquares().sqrt()).MoveToOuterDisposeScope();
    }

    protected override Tensor Metric(PrunableLinear linear) => Metric(linear.W, linear.Input);
}
