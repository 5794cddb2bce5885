using Harness.Prune.Calibration;
using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// A method that cuts a matrix into square tiles, scores each by the mean of Wanda's metric over it and gives it a tier: dense, 2:4, or few weights or none. Which
/// weights of a tile stay is decided by |W|. After the three-tier code at github.com/Jiajun-Ji/wanda.
/// Deviations from the authors' code: ties within a tile go to the lower element, where theirs depend on the device; of tiles with equal scores the first goes lower.
/// </summary>
public abstract class TileMethod : PruningMethod
{
    /// <summary>Side of a tile where nothing else is said.</summary>
    public const int UsualSide = 16;

    private const int UsualK = 10;

    private readonly EdgeTiles _edge;

    private protected TileMethod(string name, Settings settings, EdgeTiles edge = EdgeTiles.Cropped)
    {
        (Name, _edge) = (name, edge);
        Side = settings.Whole(ObsSweep.BlockSizeOption.Name, UsualSide, 1, 4096);
        K = settings.Whole(TopKOption.Name, UsualK, 0);
    }

    public sealed override string Name { get; }

    public override int Version => 1;

    public sealed override StatisticKinds Needs => StatisticKinds.ColumnSquares;

    private protected static KnownOption TopKOption { get; } = new("top-k", "K", "Weights that stay of a tile of the lowest tier (default: 10).");

    private protected static IReadOnlyList<KnownOption> TileOptions { get; } = [ObsSweep.BlockSizeOption, TopKOption];

    /// <summary>What becomes of a tile of the lowest tier, in a word.</summary>
    private protected virtual string LowestTier => "topk";

    private protected int Side { get; }

    private protected int K { get; }

    public sealed override PrunedWeight Prune(PrunableLinear linear, Sparsity sparsity)
    {
        using var scope = NewDisposeScope();
        var (W, tiling) = (linear.W, new Tiling(linear.W.shape[0], linear.W.shape[1], Side, _edge));
        var tiles = new ScoredTiles(tiling, tiling.Cut(W.abs().to(float32)), tiling.Cut(Wanda.Metric(W, linear.Input)));
        var choice = Choose(tiles, linear, sparsity);
        var map = TierMap.Of(choice.Tiers, tiling, Side) with { Iteration = choice.Stage?.Iteration, Epochs = choice.Stage?.Epochs };
        return new PrunedWeight(W.masked_fill(tiling.Join(choice.Pruned), 0).MoveToOuterDisposeScope()) { Tiers = map, Facts = Facts(choice, map) };
    }

    private protected abstract TileChoice Choose(ScoredTiles tiles, PrunableLinear linear, Sparsity sparsity);

    /// <summary>The share of weights that goes when shares of the tiles are 2:4 and of the lowest tier, all tiles being whole.</summary>
    private protected double Theoretical(double twoOfFour, double lowest) => twoOfFour / 2 + lowest * (1 - Math.Min(K, (double)Side * Side) / ((double)Side * Side));

    private Dictionary<string, double> Facts(TileChoice choice, TierMap map)
    {
        var facts = new Dictionary<string, double>
        {
            ["theoretical"] = choice.Theoretical,
            ["tiles.dense"] = map.Count(TierMap.Dense),
            ["tiles.2:4"] = map.Count(TierMap.TwoOfFour),
            [$"tiles.{LowestTier}"] = map.Count(TierMap.TopK),
        };
        if (choice.Stage?.Iteration is { } iteration)
        {
            facts["iteration"] = iteration;
        }

        return facts;
    }
}

/// <summary>The tiles of one linear, [tiles, elements] each: |W| and Wanda's metric.</summary>
internal sealed record ScoredTiles(Tiling Tiling, Tensor Magnitudes, Tensor Metric)
{
    /// <summary>The mean metric of each tile, zeros where it is not whole: [tiles], float64.</summary>
    public Tensor Scores() => Metric.sum(1, type: float64).div_(Tiling.Area);

    /// <summary>Nothing pruned yet: [tiles, elements], bool.</summary>
    public Tensor NonePruned() => zeros(Metric.shape, @bool, Metric.device);
}

/// <summary>What becomes of the tiles of one linear.</summary>
/// <param name="Tiers">[tiles], see <see cref="TierMap"/>.</param>
/// <param name="Pruned">[tiles, elements], bool.</param>
/// <param name="Theoretical">The share of weights that the shares of the tiers stand for.</param>
/// <param name="Stage">Of a schedule.</param>
internal sealed record TileChoice(Tensor Tiers, Tensor Pruned, double Theoretical, ProgressiveStage? Stage = null);
