using Harness.Models;
using Harness.Models.Decoders.Layouts;
using Harness.Prune.Calibration;

namespace Harness.Prune.Methods;

/// <summary>
/// Pruner-Zero (Dong et al. 2024, arXiv 2406.02924): prunes by the value of an expression tree within each output row, no weight update. The best tree of the paper is W² · mms(G). A tree without
/// X needs no calibration, one without G no gradients. Deviation from the authors' code: a NaN is refused, where theirs sorts it last and so keeps the weight.
/// </summary>
public sealed class PrunerZero : RowMetricMethod
{
    private readonly TreeMetric _metric;

    private PrunerZero(Settings settings)
        : base(settings.Flag(Variant.Name)) => _metric = TreeMetric.Read(settings);

    /// <summary>By name.</summary>
    public static MethodEntry Entry { get; } = new(
        "pruner-zero", "the smallest value of an expression tree over W, G and X in each row", [Variant, .. TreeMetric.Options], settings => new PrunerZero(settings));

    public override string Name => "pruner-zero";

    public override int Version => 1;

    public override StatisticKinds Needs => _metric.Needs;

    public override void Check(CausalLM model, IReadOnlyList<(string Parameter, LinearLayout Linear)> linears) => _metric.Check(model, linears);

    protected override Tensor Metric(PrunableLinear linear)
    {
        using var scope = NewDisposeScope();
        using var evaluated = _metric.Of(linear);
        return evaluated.Whole.MoveToOuterDisposeScope();
    }
}
