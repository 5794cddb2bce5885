using Harness.Models;
using Harness.Models.Decoders.Layouts;
using Harness.Prune.Calibration;

namespace Harness.Prune.Methods;

/// <summary>
/// GBLM (Das et al. 2023, arXiv 2311.04902): Wanda's metric and the gradient's, |W|·√s + |W|·|G|, within each output row, no weight update. G comes from a file; the authors took it from C4.
/// </summary>
public sealed class Gblm : RowMetricMethod
{
    private readonly GradientOptions _gradients;

    private Gblm(Settings settings)
        : base(settings.Flag(Variant.Name)) => _gradients = GradientOptions.Required(settings, "gblm");

    /// <summary>By name.</summary>
    public static MethodEntry Entry { get; } = new(
        "gblm", "the smallest |W|·‖X‖₂ + |W|·|G| of each row", [Variant, .. GradientOptions.All], settings => new Gblm(settings));

    public override string Name => "gblm";

    public override int Version => 1;

    public override StatisticKinds Needs => StatisticKinds.ColumnSquares;

    public override void Check(CausalLM model, IReadOnlyList<(string Parameter, LinearLayout Linear)> linears) => _gradients.Check(model, linears);

    protected override Tensor Metric(PrunableLinear linear)
    {
        using var scope = NewDisposeScope();
        var w = linear.W.abs().to(float32);
        var metric = w.mul(_gradients.Of(linear).abs()).add_(Wanda.Metric(linear.W, linear.Input));
        // an infinite gradient of a weight that is zero
        return !metric.isnan().any().item<bool>() ? metric.MoveToOuterDisposeScope()
            : throw new InputException($"The metric of {linear.Linear.Name} is NaN in some places: its gradients overflowed. Write them with harness gradients --store float32.");
    }
}
