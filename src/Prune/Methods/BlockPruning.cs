using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// Whole tiles go (github.com/Jiajun-Ji/wanda, apply_block_pruning and apply_block_pruning_with_topk): the int(tiles · ratio) with the lowest scores and all that tie
/// with the last of them. <c>block-topk</c> leaves exactly the k largest weights in each.
/// </summary>
public sealed class BlockPruning : TileMethod
{
    private readonly bool _keepsLargest;

    private BlockPruning(string name, bool keepsLargest, Settings settings)
        : base(name, settings) => _keepsLargest = keepsLargest;

    /// <summary>Nothing stays of a tile that goes.</summary>
    public static MethodEntry Entry { get; } = new(
        "block", "the tiles with the smallest mean |W|·‖X‖₂ of each matrix", [ObsSweep.BlockSizeOption], settings => new BlockPruning("block", false, settings));

    /// <summary>The largest few weights stay.</summary>
    public static MethodEntry WithTopK { get; } = new(
        "block-topk", "the tiles with the smallest mean |W|·‖X‖₂ of each matrix, but for the largest few weights of each", TileOptions,
        settings => new BlockPruning("block-topk", true, settings));

    private protected override string LowestTier => _keepsLargest ? "topk" : "dropped";

    public override void Check(Sparsity sparsity)
    {
        if (sparsity.Ratio is null)
        {
            throw new InputException($"Sparsity '{sparsity}' is not supported by {Name}, which takes away a share of the tiles. Use a ratio such as 0.5.");
        }
    }

    private protected override TileChoice Choose(ScoredTiles tiles, PrunableLinear linear, Sparsity sparsity)
    {
        var (ratio, scores) = (sparsity.Ratio!.Value, tiles.Scores());
        var count = Mask.Truncated(tiles.Tiling.Count, ratio);
        var lowest = count == 0 ? zeros_like(scores).to(@bool) : scores.le(Fused.KthSmallest(scores, count - 1));
        var pruned = tiles.NonePruned();
        TileMask.Add(pruned, tiles.Magnitudes, lowest, few => _keepsLargest ? TileMask.AllButLargest(few, K) : TileMask.All(few));
        return new TileChoice(lowest.to(int64).mul(TierMap.TopK - TierMap.Dense).add(TierMap.Dense), pruned, _keepsLargest ? Theoretical(0, ratio) : ratio);
    }
}
