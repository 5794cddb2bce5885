namespace Harness.Prune.Masks;

/// <summary>
/// The shapes of masks, one implementation each. A metric is [out, in] and may be negative or infinite, not NaN; small goes first. A mask is bool of the same shape, true = pruned.
/// </summary>
public static class Mask
{
    /// <summary>
    /// Everything at or below the value of rank int(elements · ratio) (from 0) of the whole matrix: at least one more than the ratio says, and all that ties with it.
    /// </summary>
    public static Tensor PerMatrix(Tensor metric, double ratio)
    {
        using var scope = NewDisposeScope();
        var threshold = Fused.KthSmallest(metric, Truncated(metric.numel(), ratio));
        return metric.le(threshold).MoveToOuterDisposeScope();
    }

    /// <summary>The int(in · ratio) smallest of every row, exactly; among equals the lower column goes first.</summary>
    public static Tensor PerRow(Tensor metric, double ratio) => Fused.RowSmallestMask(metric, Truncated(metric.shape[1], ratio));

    /// <summary>
    /// The group − keep smallest of every <paramref name="group"/> consecutive columns of a row; among equals the lower column goes first. A narrower group at the end loses as many.
    /// </summary>
    public static Tensor PerGroup(Tensor metric, int keep, int group) => Fused.NmPruneMask(metric, group - keep, group);

    /// <summary>Python's int(n · ratio): the product in double, truncated.</summary>
    public static long Truncated(long n, double ratio) => (long)(n * ratio);

    /// <summary>Refuses n:m on a width whose last group is narrower than what must go from it.</summary>
    public static void CheckWidth(string parameter, long columns, Sparsity sparsity)
    {
        var tail = sparsity.IsStructured ? columns % sparsity.Group : 0;
        if (tail != 0 && tail < sparsity.Group - sparsity.Keep)
        {
            throw new InputException(
                $"{parameter} has {columns} inputs: groups of {sparsity.Group} leave a last one of {tail}, too narrow to lose {sparsity.Group - sparsity.Keep}. "
                + "Use a ratio, or a group that divides the width.");
        }
    }
}
