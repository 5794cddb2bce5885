using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// The hybrid of dense, 2:4 and top-k tiles (github.com/Jiajun-Ji/wanda, apply_hybrid_block_pruning_with_2_4): of the tiles with the highest scores, those become 2:4
/// that retain enough of their metric so, and the others stay dense; of the rest exactly the k largest weights stay. Where the share of tested tiles comes to none,
/// all are tested, as in the authors' code; and narrower tiles are filled up with zeros before groups of four are formed.
/// </summary>
public sealed class HybridTiles : TileMethod
{
    private static readonly KnownOption Tested = new("tested", "R", "Hybrid: share of the tiles, the best, that become 2:4 or stay dense (default: 0.6).");
    private static readonly KnownOption Retained = new("retained", "R", "Hybrid: share of its metric that a tested tile must retain to become 2:4 (default: 0.8).");

    private readonly double _tested;
    private readonly double _retained;

    private HybridTiles(Settings settings)
        : base("hybrid-2-4", settings, EdgeTiles.Padded) =>
        (_tested, _retained) = (settings.Number(Tested.Name, 0.6, 1e-9, 1), settings.Number(Retained.Name, 0.8, 0, 1));

    /// <summary>By name.</summary>
    public static MethodEntry Entry { get; } = new(
        "hybrid-2-4", "tiles by their mean |W|·‖X‖₂: the best become 2:4 where that retains enough, of the rest the largest few weights stay",
        [.. TileOptions, Tested, Retained], settings => new HybridTiles(settings), HasOwnSparsity: true);

    private protected override TileChoice Choose(ScoredTiles tiles, PrunableLinear linear, Sparsity sparsity)
    {
        var (total, scores) = (tiles.Tiling.Count, tiles.Scores());
        var count = Mask.Truncated(total, _tested);
        var lowest = count == 0 ? zeros_like(scores).to(@bool) : scores.lt(Fused.KthSmallest(scores, total - count));
        var twoOfFour = lowest.logical_not().logical_and(Retains(tiles));
        var pruned = tiles.NonePruned();
        TileMask.Add(pruned, tiles.Magnitudes, twoOfFour, TileMask.TwoOfFour);
        TileMask.Add(pruned, tiles.Magnitudes, lowest, few => TileMask.AllButLargest(few, K));
        var tiers = twoOfFour.to(int64).mul(TierMap.TwoOfFour - TierMap.Dense).add(lowest.to(int64).mul(TierMap.TopK - TierMap.Dense)).add(TierMap.Dense);
        double Share(Tensor which) => (double)which.sum().item<long>() / total;
        return new TileChoice(tiers, pruned, Theoretical(Share(twoOfFour), Share(lowest)));
    }

    /// <summary>[tiles], bool: whether a tile retains enough of its metric as 2:4.</summary>
    private Tensor Retains(ScoredTiles tiles)
    {
        var kept = tiles.Metric.masked_fill(TileMask.TwoOfFour(tiles.Magnitudes), 0).sum(1, type: float64);
        return kept.ge(tiles.Metric.sum(1, type: float64) * _retained);
    }
}
