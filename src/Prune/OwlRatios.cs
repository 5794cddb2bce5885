using Harness.Models;
using Harness.Models.Decoders;
using Harness.Prune.Calibration;
using Harness.Prune.Methods;

namespace Harness.Prune;

/// <summary>
/// OWL (Yin et al. 2023, arXiv 2310.05175): layers with more outliers are pruned less. The share of a layer's Wanda metrics, all its linears together, that exceeds
/// m times their mean is measured in the dense model, scaled to 0 … 2λ over the layers and centred: kept_ℓ = o_ℓ − mean(o) + 1 − ratio.
/// </summary>
/// <param name="M">How many times the mean makes an outlier.</param>
/// <param name="Lambda">How far a layer's ratio may lie from the mean.</param>
internal sealed record OwlRatios(double M, double Lambda) : LayerRatios
{
    /// <summary>As in the authors' code: no layer is pruned less.</summary>
    private const double Least = 0.01;

    internal static new IReadOnlyList<KnownOption> Options { get; } =
    [
        new("owl-m", "M", "OWL: metrics above M times the layer's mean are outliers (default: 5)."),
        new("owl-lambda", "L", "OWL: a layer's ratio lies at most about L from the mean (default: 0.08)."),
    ];

    public override bool IsCalibrated => true;

    internal static new OwlRatios Read(Settings settings) => new(settings.Number("owl-m", 5, 0, 1e6), settings.Number("owl-lambda", 0.08, 0, 1));

    internal override object Measured => M;

    /// <summary>From the percentage of outliers of each layer to the ratio of each; the order of the products is theirs.</summary>
    internal override IReadOnlyList<double> Of(double ratio, IReadOnlyList<double> measured)
    {
        var (least, most) = (measured.Min(), measured.Max());
        var scaled = measured.Select(share => most == least ? 0 : (share - least) * (1 / (most - least) * Lambda * 2)).ToArray();
        var mean = scaled.Average();
        double[] ratios = [.. scaled.Select(o => Math.Max(1 - (o - mean + (1 - ratio)), Least))];
        return ratios.All(r => r < 1) ? ratios
            : throw new InputException($"OWL with lambda {Lambda} leaves nothing of some layer at a sparsity of {ratio}. Use a smaller owl-lambda or sparsity.");
    }

    /// <summary>The percentage of outliers of each layer.</summary>
    internal override IReadOnlyList<double> Measure(CausalLM model, HiddenStates? calibration)
    {
        var shares = new List<double>();
        var states = calibration ?? throw new InvalidOperationException("OWL needs calibration.");
        foreach (var block in model.Blocks())
        {
            using var statistics = BlockStatistics.ObserveThrough(block, states, StatisticKinds.ColumnSquares, model.Device, out var next);
            if (!ReferenceEquals(states, calibration))
            {
                states.Dispose();
            }

            states = next;
            shares.Add(OutlierPercentage(block, statistics));
        }

        states.Dispose();
        return shares;
    }

    private double OutlierPercentage(DecoderBlock block, BlockStatistics statistics)
    {
        using var scope = NewDisposeScope();
        var metrics = block.Groups.SelectMany(group => group.Linears.Select(linear => Wanda.Metric(linear.Weight, statistics[group]))).ToArray();
        var count = metrics.Sum(metric => metric.numel());
        var mean = metrics.Sum(metric => metric.to(float64).sum().item<double>()) / count;
        return (double)metrics.Sum(metric => metric.gt(mean * M).sum().item<long>()) / count * 100;
    }
}
