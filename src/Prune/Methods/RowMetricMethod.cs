using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// A method that is a metric: in every row goes what is smallest, or in every group for n:m; kept weights stay as they are. The variant of Wanda's code prunes
/// from each row what makes up one share of the row's sum of metrics (<see cref="CumulativeMask"/>).
/// </summary>
public abstract class RowMetricMethod(bool isVariant) : PruningMethod
{
    /// <summary>The variant's option.</summary>
    protected static KnownOption Variant { get; } = new("variant", null, "Prune from each row what makes up one share of its sum of metrics, the share found by bisection.");

    public sealed override void Check(Sparsity sparsity)
    {
        if (isVariant && sparsity.Ratio is null)
        {
            throw new InputException($"Sparsity '{sparsity}' does not go with the variant of {Name}, which compares whole rows. Use a ratio, or leave variant out.");
        }
    }

    public sealed override PrunedWeight Prune(PrunableLinear linear, Sparsity sparsity)
    {
        using var scope = NewDisposeScope();
        var metric = Metric(linear);
        var facts = new Dictionary<string, double>();
        var mask = sparsity.Ratio switch
        {
            null => Mask.PerGroup(metric, sparsity.Keep, sparsity.Group),
            { } ratio when isVariant => Cumulative(metric, ratio, facts),
            { } ratio => Mask.PerRow(metric, ratio),
        };
        return new PrunedWeight(linear.W.masked_fill(mask, 0).MoveToOuterDisposeScope()) { Facts = facts };
    }

    /// <summary>[out, in], float32: small goes first.</summary>
    protected abstract Tensor Metric(PrunableLinear linear);

    private static Tensor Cumulative(Tensor metric, double ratio, Dictionary<string, double> facts)
    {
        var found = CumulativeMask.Of(metric, ratio);
        facts["alpha"] = found.Alpha;
        return found.Pruned;
    }
}
