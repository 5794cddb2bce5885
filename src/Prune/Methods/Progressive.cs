using Harness.Models;
using Harness.Models.Decoders.Layouts;
using Harness.Prune.Masks;

namespace Harness.Prune.Methods;

/// <summary>
/// The three tiers reached step by step (github.com/Jiajun-Ji/wanda, progressive_three_tier_iteration), one iteration of a schedule at a time, with training between
/// them where one wants: the dense tiles with the lowest scores become 2:4, then the 2:4 tiles with the lowest scores of what stays of them keep only their
/// largest few weights. Tiles only move down; those that do not move stay as they are. Which tile is in which tier comes with the model.
/// Deviation from the authors' code: a map that does not go with the weights is refused.
/// </summary>
public sealed class Progressive : TileMethod
{
    private static readonly KnownOption Schedule = new("schedule", "FILE", "Progressive: CSV with iteration,dense,mid_2_4,topk: the shares of the tiles at each iteration (default: the authors' five).", IsFile: true);
    private static readonly KnownOption Iteration = new("iteration", "N", "Progressive: the iteration to do (default: the one after that of the tier map, 1 where there is none).");
    private static readonly KnownOption Map = new("tier-map", "FILE", $"Progressive: tier map of the iteration before (default: {TierMapFile.Name} in the model's folder).", IsFile: true);

    private readonly ProgressiveSchedule _schedule;
    private readonly int? _iteration;
    private readonly string? _map;

    private Progressive(Settings settings)
        : base("progressive", settings)
    {
        _schedule = settings.Text(Schedule.Name) is { } path ? ProgressiveSchedule.Read(path) : ProgressiveSchedule.Authors;
        _iteration = settings.Has(Iteration.Name) ? settings.Whole(Iteration.Name, 1, 1) : null;
        _map = settings.Text(Map.Name);
    }

    /// <summary>By name.</summary>
    public static MethodEntry Entry { get; } = new(
        "progressive", "three-tier step by step: tiles move from dense to 2:4 and on by a schedule", [.. TileOptions, Schedule, Iteration, Map],
        settings => new Progressive(settings), HasOwnSparsity: true);

    public override void Check(CausalLM model, IReadOnlyList<(string Parameter, LinearLayout Linear)> linears)
    {
        var (_, map) = Next(model.Folder.Path);
        foreach (var (parameter, linear) in linears)
        {
            map?.Check(parameter, [linear.Rows, linear.Columns], Side);
        }
    }

    public override IEnumerable<KeyValuePair<string, string>> FilesIn(string modelFolder) =>
        _map is null && File.Exists(Path.Combine(modelFolder, TierMapFile.Name)) ? [new(Map.Name, Path.Combine(modelFolder, TierMapFile.Name))] : [];

    private protected override TileChoice Choose(ScoredTiles tiles, PrunableLinear linear, Sparsity sparsity)
    {
        var (stage, file) = Next(linear.ModelFolder);
        var tiers = file is null
            ? full([tiles.Tiling.Count], (long)TierMap.Dense, int64, linear.W.device)
            : Before(file, tiles, linear);
        var pruned = tiles.NonePruned();
        var fallen = Lowest(tiers.eq((long)TierMap.Dense), stage.Dense, tiles.Scores());
        TileMask.Add(pruned, tiles.Magnitudes, fallen, TileMask.TwoOfFour);
        tiers = tiers.masked_fill(fallen, (long)TierMap.TwoOfFour);

        var left = tiles with { Magnitudes = tiles.Magnitudes.masked_fill(pruned, 0), Metric = tiles.Metric.masked_fill(pruned, 0) };
        fallen = Lowest(tiers.eq((long)TierMap.TwoOfFour), stage.TwoOfFour, left.Scores());
        TileMask.Add(pruned, left.Magnitudes, fallen, few => TileMask.BelowLargest(few, K));
        tiers = tiers.masked_fill(fallen, (long)TierMap.TopK);
        return new TileChoice(tiers, pruned, Theoretical(stage.TwoOfFour, stage.TopK), stage);
    }

    /// <summary>[tiles], bool: the lowest of a tier, as many as it has above its share of all tiles.</summary>
    private static Tensor Lowest(Tensor tier, double share, Tensor scores)
    {
        var total = scores.numel();
        // truncated from a difference of doubles, as in the authors' code: 0.3 of 10 tiles may be 2
        var count = Mask.Truncated(total, (double)tier.sum().item<long>() / total - share);
        var members = tier.nonzero().flatten();
        var order = scores.index_select(0, members).sort(0, stable: true).Indices;
        return zeros_like(tier).index_fill_(0, members.index_select(0, order.narrow(0, 0, Math.Max(0, count))), true);
    }

    /// <summary>What to do, and the map of the iteration before; null before the first.</summary>
    private (ProgressiveStage Stage, TierMapFile? Map) Next(string? modelFolder)
    {
        var path = _map ?? Path.Combine(modelFolder ?? "", TierMapFile.Name);
        var map = _map is not null || File.Exists(path) ? TierMapFile.Open(path) : null;
        if (map is null)
        {
            return _iteration is null or 1 ? (_schedule[1], null) : throw new InputException(
                $"Iteration {_iteration} goes on from the tier map of iteration {_iteration - 1}, and {path} does not exist. Prune the output of that iteration, or give --tier-map FILE.");
        }

        if (map.Iteration is not { } before || map.Method != Name)
        {
            throw new InputException($"{path} is a tier map of {map.Method ?? "an unknown method"}, and {Name} goes on from its own only. Start from a dense model.");
        }

        var iteration = _iteration ?? before + 1;
        return iteration == before + 1 ? (_schedule[iteration], map) : throw new InputException(
            $"{path} is the tier map of iteration {before}, which iteration {before + 1} goes on from; iteration {iteration} was asked for. Leave --iteration out, or prune another model.");
    }

    private Tensor Before(TierMapFile file, ScoredTiles tiles, PrunableLinear linear)
    {
        var tiers = file.Read(linear.Linear.Parameter, linear.W.shape, Side).ToTensor(linear.W.device);
        var kept = tiles.Magnitudes.ne(0);
        var broken = kept.view(tiles.Tiling.Count, -1, 4).sum(2).gt(2).sum(1).gt(0).logical_and(tiers.eq((long)TierMap.TwoOfFour));
        var emptied = kept.sum(1).mul(2).le(tiles.Tiling.Sizes(tiers.device)).logical_and(tiers.eq((long)TierMap.Dense));
        Refuse(broken, "2:4 and its weights are not");
        Refuse(emptied, "dense and half of its weights or more are zero");
        return tiers;

        void Refuse(Tensor odd, string what)
        {
            if (odd.any().item<bool>())
            {
                var tile = odd.nonzero().flatten().select(0, 0).item<long>();
                throw new InputException(
                    $"In {file.Path}, tile ({tile / tiles.Tiling.Columns}, {tile % tiles.Tiling.Columns}) of {linear.Linear.Parameter} is {what}. Give the map that was written with this model.");
            }
        }
    }
}
