namespace Harness.Prune.Masks;

/// <summary>
/// Wanda's variant mask: in every row goes what makes up a share α of the row's sum of metrics, and all that ties with the last of it. α is found by bisection so
/// that the whole matrix loses the ratio asked for, within 0.001 where possible.
/// </summary>
/// <param name="Pruned">[out, in], true = pruned.</param>
/// <param name="Alpha">The share at which the search ended.</param>
public sealed record CumulativeMask(Tensor Pruned, double Alpha)
{
    private const double Start = 0.4;
    private const double Most = 0.8;
    private const float Precision = 0.001f;

    /// <summary>Searches α. A row whose smallest metric is above its share loses nothing.</summary>
    /// <param name="metric">[out, in], float32.</param>
    public static CumulativeMask Of(Tensor metric, double ratio)
    {
        using var scope = NewDisposeScope();
        var (sorted, _) = metric.sort(1);
        var sums = sorted.cumsum(1);
        var totals = metric.sum(1, keepdim: true);
        var (alpha, least, most) = (Start, 0.0, Most);
        while (true)
        {
            using var attempt = NewDisposeScope();
            var mask = AtShare(metric, sorted, sums, totals * alpha);
            // in float32 throughout, as the authors' code compares
            var achieved = (float)mask.sum().item<long>() / metric.numel();
            if (MathF.Abs(achieved - (float)ratio) <= Precision || most - least < 0.001)
            {
                return new CumulativeMask(mask.MoveToOuterDisposeScope().MoveToOuterDisposeScope(), alpha);
            }

            (alpha, least, most) = achieved > (float)ratio ? ((alpha + least) / 2, least, alpha) : ((alpha + most) / 2, alpha, most);
        }
    }

    private static Tensor AtShare(Tensor metric, Tensor sorted, Tensor sums, Tensor limits)
    {
        var counts = sums.le(limits).sum(1, keepdim: true);
        var last = sorted.gather(1, (counts - 1).clamp(min: 0));
        return metric.le(last).logical_and(counts.gt(0));
    }
}
