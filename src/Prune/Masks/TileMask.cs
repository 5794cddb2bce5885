namespace Harness.Prune.Masks;

/// <summary>What goes from a tile, by |w|: from [tiles, elements] to bool of that shape, true = pruned.</summary>
public static class TileMask
{
    /// <summary>Two of every four elements in a row; of equal ones the first goes. At the end of a tile, groups of one or two lose nothing, groups of three one.</summary>
    public static Tensor TwoOfFour(Tensor magnitudes) => Mask.PerGroup(magnitudes, 2, 4);

    /// <summary>All but the <paramref name="k"/> largest, exactly; of equal ones the first goes.</summary>
    public static Tensor AllButLargest(Tensor magnitudes, int k) => Fused.RowSmallestMask(magnitudes, Math.Max(0, magnitudes.shape[1] - k));

    /// <summary>Everything below the <paramref name="k"/>-th largest: what ties with it stays.</summary>
    public static Tensor BelowLargest(Tensor magnitudes, int k)
    {
        using var scope = NewDisposeScope();
        var threshold = magnitudes.masked_fill(AllButLargest(magnitudes, k), double.PositiveInfinity).amin([1], keepdim: true);
        return magnitudes.lt(threshold).MoveToOuterDisposeScope();
    }

    /// <summary>Everything.</summary>
    public static Tensor All(Tensor magnitudes) => ones(magnitudes.shape, @bool, magnitudes.device);

    /// <summary>Prunes some tiles by a rule: adds to <paramref name="pruned"/>, [tiles, elements], in place.</summary>
    /// <param name="which">[tiles], bool.</param>
    public static void Add(Tensor pruned, Tensor magnitudes, Tensor which, Func<Tensor, Tensor> rule)
    {
        using var scope = NewDisposeScope();
        var tiles = which.nonzero().flatten();
        if (tiles.numel() > 0)
        {
            var chosen = rule(magnitudes.index_select(0, tiles));
            pruned.index_copy_(0, tiles, chosen.logical_or(pruned.index_select(0, tiles)));
        }
    }
}
