using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// Three tiers of tiles (github.com/Jiajun-Ji/wanda, apply_three_tier_block_pruning): the tiles with the highest scores stay dense, the next become 2:4, of the rest
/// only the largest few weights stay, and what ties with the last of them. Counts are truncated, so that the lowest tier gets what is left over.
/// </summary>
public sealed class ThreeTier : TileMethod
{
    private static readonly KnownOption Shares = new("tiers", "D,M,L", "Three-tier: shares of the tiles that stay dense, become 2:4 and keep only their largest weights (default: 0.4,0.4,0.2).");

    private readonly double _dense;
    private readonly double _middle;
    private readonly double _lowest;

    private ThreeTier(Settings settings)
        : base("three-tier", settings)
    {
        var shares = settings.Numbers(Shares.Name, [0.4, 0.4, 0.2]);
        var sum = shares[0] + shares[1] + shares[2];
        if (sum == 0)
        {
            throw new InputException($"Option {Shares.Name} of {Name} is '{settings.Text(Shares.Name)}'; shares of which one at least is above 0 were expected.");
        }

        var whole = Math.Abs(sum - 1) > 1e-6 ? sum : 1;
        (_dense, _middle, _lowest) = (shares[0] / whole, shares[1] / whole, shares[2] / whole);
    }

    /// <summary>By name.</summary>
    public static MethodEntry Entry { get; } = new(
        "three-tier", "tiles by their mean |W|·‖X‖₂: the best stay dense, the next become 2:4, of the rest the largest few weights stay",
        [.. TileOptions, Shares], settings => new ThreeTier(settings), HasOwnSparsity: true);

    private protected override TileChoice Choose(ScoredTiles tiles, PrunableLinear linear, Sparsity sparsity)
    {
        var count = tiles.Tiling.Count;
        var (dense, middle) = (Mask.Truncated(count, _dense), Mask.Truncated(count, _middle));
        var lowest = count - dense - middle;
        var order = tiles.Scores().sort(0, stable: true).Indices;
        var tiers = full([count], (long)TierMap.Dense, int64, order.device);
        tiers.index_fill_(0, order.narrow(0, 0, lowest), (long)TierMap.TopK);
        tiers.index_fill_(0, order.narrow(0, lowest, middle), (long)TierMap.TwoOfFour);
        var pruned = tiles.NonePruned();
        TileMask.Add(pruned, tiles.Magnitudes, tiers.eq((long)TierMap.TwoOfFour), TileMask.TwoOfFour);
        TileMask.Add(pruned, tiles.Magnitudes, tiers.eq((long)TierMap.TopK), few => TileMask.BelowLargest(few, K));
        return new TileChoice(tiers, pruned, Theoretical(_middle, _lowest));
    }
}
