using System.Text.Json;
using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Prune.Calibration;
using Harness.Prune.Masks;
using Harness.Prune.Methods;

namespace Harness.Prune.Tests;

/// <summary>Masks, scores, tier maps and counts of the three-tier code, for every mode it has.</summary>
public sealed class TileReferenceTests : IDisposable
{
    private const int Side = 16;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var model in (string[])["stories260k", "tinystories-656k"])
        {
            foreach (var mode in (string[])["three_tier_40_40_20_k10", "three_tier_35_45_20_k15", "three_tier_c4_1_1_2_k10_unnormalised", "block_0.5", "block_topk_0.5_k10", "hybrid_2_4_0.6_0.8_k10"])
            {
                cases.Add(model, mode);
            }
        }

        return cases;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Masks_scores_and_maps_equal_the_authors_code(string modelName, string mode)
    {
        using var scope = NewDisposeScope();
        using var expected = PackedCase.In(ReferencePack.Path("pruning", "threetier"), $"{modelName}.{mode}");
        using var model = CausalLM.Open(ReferencePack.Model(modelName));
        var recipe = RecipeOf(expected.Json.GetProperty("function").GetString()!, expected.Json.GetProperty("parameters"));
        var corpus = expected.Json.GetProperty("calibration").GetProperty("dataset").GetString()!.Split(' ')[0];
        var (zeros, elements) = (0L, 0L);

        Walk(model, recipe, $"{modelName}.{corpus}.seed0.seq128", (name, linear, pruned) =>
        {
            var (facts, kept) = (expected.Facts(name), expected.Kept(name));
            CompareScores(linear, expected.Load($"block_scores.{name}"), name);
            pruned.Tiers!.Tiers.ShouldBe(expected.Load($"tier.{name}").data<byte>().ToArray(), name);
            CompareMask(linear.W, pruned, kept, TiesOf(facts), name);
            CompareCounts(facts, pruned, name);
            zeros += pruned.Weight.eq(0).sum().item<long>();
            elements += kept.numel();
            return linear.W * kept;
        });

        ((double)zeros / elements).ShouldBe(expected.Json.GetProperty("check_sparsity").GetDouble(), 1e-12);
    }

    [Theory]
    [InlineData("stories260k")]
    [InlineData("tinystories-656k")]
    public void Five_iterations_move_the_tiles_that_the_authors_code_moves(string modelName)
    {
        using var scope = NewDisposeScope();
        using var expected = SafetensorsFile.Open(ReferencePack.Path("pruning", "threetier", $"{modelName}.progressive.safetensors"));
        var index = JsonDocument.Parse(File.ReadAllText(ReferencePack.Path("pruning", "threetier", "cases.json"))).RootElement;
        var iterations = index.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("id").GetString() == $"{modelName}.progressive").GetProperty("iterations");
        var folder = ReferencePack.Model(modelName);
        foreach (var iteration in iterations.EnumerateArray())
        {
            using var model = CausalLM.Open(folder);
            folder = _folder[$"{iteration.GetProperty("iteration").GetInt32()}"];
            Step(model, folder, expected, iteration, modelName);
        }
    }

    private static void Step(CausalLM model, string output, SafetensorsFile expected, JsonElement iteration, string modelName)
    {
        var number = iteration.GetProperty("iteration").GetInt32();
        var recipe = PruningRecipe.Read("progressive", new Dictionary<string, string>(), null, Propagation.Sequential);
        using var writer = new CheckpointWriter(model.Folder, output);
        var maps = new List<KeyValuePair<string, TierMap>>();
        var (zeros, elements, facts) = (0L, 0L, new Dictionary<string, double>());

        Walk(model, recipe, $"{modelName}.wikitext2.seed0.seq128", (name, linear, pruned) =>
        {
            pruned.Tiers!.Iteration.ShouldBe(number);
            var map = pruned.Tiers with { Tiers = expected.ReadBytes($"it{number}.tier.{name}") };
            var kept = PackedCase.Unpacked(expected.ReadBytes($"it{number}.mask.{name}"), linear.W.shape);
            CompareMoves(pruned.Tiers, map, modelName == "stories260k" ? 0 : 2, name);
            CompareMask(linear.W, pruned, kept, modelName == "stories260k" ? 0 : 1, name, map);
            zeros += pruned.Weight.eq(0).sum().item<long>();
            elements += kept.numel();
            maps.Add(new(linear.Linear.Parameter, map));
            foreach (var (fact, value) in pruned.Facts)
            {
                facts[fact] = facts.GetValueOrDefault(fact) + value;
            }

            var theirs = linear.W * kept;
            writer.Replace(linear.Linear.Parameter, theirs);
            return theirs;
        });

        TierMapFile.Write((tensors, metadata) => writer.AddSidecar(TierMapFile.SidecarName, tensors, metadata), "progressive", maps);
        writer.Commit();
        var stats = iteration.GetProperty("stats");
        facts["tiles.dense"].ShouldBe(stats.GetProperty("final_dense_blocks").GetDouble());
        facts["tiles.2:4"].ShouldBe(stats.GetProperty("final_2_4_blocks").GetDouble());
        facts["tiles.topk"].ShouldBe(stats.GetProperty("final_topk_blocks").GetDouble());
        ((double)zeros / elements).ShouldBe(iteration.GetProperty("check_sparsity").GetDouble(), 1e-12);
    }

    /// <summary>
    /// Prunes every linear on the inputs that the authors' code saw: what passes a block are the weights that <paramref name="prune"/> returns, theirs. Which of two equal
    /// weights goes is the device's choice there, and would move all that comes after.
    /// </summary>
    private static void Walk(CausalLM model, PruningRecipe recipe, string calibration, Func<string, PrunableLinear, PrunedWeight, Tensor> prune)
    {
        recipe.Check(model);
        var states = PackedCase.Calibration(model, calibration);
        foreach (var block in model.Blocks())
        {
            using var scope = NewDisposeScope();
            using var statistics = BlockStatistics.Observe(block, states, recipe.Method.Needs, CPU);
            var weights = new Dictionary<string, Tensor>();
            foreach (var (group, dense) in block.Groups.SelectMany(group => group.Linears.Select(linear => (group, linear))))
            {
                var linear = new PrunableLinear(block.Index, dense, statistics[group]) { ModelFolder = model.Folder.Path };
                weights[dense.Name] = prune($"layers.{block.Index}.{dense.Name}", linear, recipe.Method.Prune(linear, recipe.Sparsity));
            }

            using var before = states;
            states = states.Through(block.With(weights));
        }

        states.Dispose();
    }

    private static PruningRecipe RecipeOf(string function, JsonElement parameters)
    {
        string Text(string name) => parameters.GetProperty(name).GetRawText();
        var options = new Dictionary<string, string> { ["block-size"] = Text("block_size") };
        if (parameters.TryGetProperty("topk_per_block", out var k))
        {
            options["top-k"] = k.GetRawText();
        }

        var (method, sparsity) = function switch
        {
            "prune_wanda_three_tier" => ("three-tier", (Sparsity?)null),
            "prune_wanda_hybrid_2_4" => ("hybrid-2-4", null),
            _ => (function == "prune_wanda_block" ? "block" : "block-topk", Sparsity.Parse(Text("ratio"))),
        };
        if (method == "three-tier")
        {
            options["tiers"] = $"{Text("top_dense_ratio")},{Text("mid_2_4_ratio")},{Text("bottom_topk_ratio")}";
        }
        else if (method == "hybrid-2-4")
        {
            (options["tested"], options["retained"]) = (Text("top_blocks_ratio"), Text("score_threshold"));
        }

        return PruningRecipe.Read(method, options, sparsity, Propagation.Sequential);
    }

    private static void CompareScores(PrunableLinear linear, Tensor expected, string name)
    {
        using var scope = NewDisposeScope();
        var tiling = new Tiling(linear.W.shape[0], linear.W.shape[1], Side);
        var scores = new ScoredTiles(tiling, linear.W, tiling.Cut(Wanda.Metric(linear.W, linear.Input))).Scores();
        allclose(scores, expected.flatten().to(float64), 1e-5, 1e-9).ShouldBeTrue(name);
    }

    /// <summary>Bit by bit; where weights of a tile tie, by the magnitudes that stay of each group of four, or of each tile with few weights.</summary>
    private static void CompareMask(Tensor dense, PrunedWeight result, Tensor kept, long ties, string name, TierMap? theirMap = null)
    {
        using var scope = NewDisposeScope();
        var (pruned, map) = (result.Weight, result.Tiers!);
        if (ties == 0)
        {
            pruned.ne(0).ne(kept).sum().item<long>().ShouldBe(0, name);
            return;
        }

        var tiling = new Tiling(dense.shape[0], dense.shape[1], Side);
        var (ours, theirs) = (tiling.Cut(pruned.abs()), tiling.Cut((dense * kept).abs()));
        var tiers = map.ToTensor(CPU);
        tiers = tiers * tiers.eq((theirMap ?? map).ToTensor(CPU)).to(int64);
        Equal(tiers.eq(TierMap.Dense), ours.shape[1]);
        Equal(tiers.eq(TierMap.TwoOfFour), 4);
        Equal(tiers.eq(TierMap.TopK), ours.shape[1]);

        void Equal(Tensor which, long group)
        {
            var tiles = which.nonzero().flatten();
            Sorted(ours).ne(Sorted(theirs)).sum().item<long>().ShouldBe(0, name);
            Tensor Sorted(Tensor all) => all.index_select(0, tiles).view(-1, group).sort(1).Values;
        }
    }

    /// <summary>
    /// Which of two equal weights a 2:4 tile keeps changes the metric it retains, and so, in a model full of equal weights, perhaps its place at the border to top-k.
    /// </summary>
    private static void CompareMoves(TierMap ours, TierMap theirs, int atBorder, string name)
    {
        ours.Tiers.Select(tier => tier == TierMap.Dense).ShouldBe(theirs.Tiers.Select(tier => tier == TierMap.Dense), name);
        ours.Count(TierMap.TopK).ShouldBe(theirs.Count(TierMap.TopK), name);
        ours.Tiers.Zip(theirs.Tiers).Count(pair => pair.First != pair.Second).ShouldBeLessThanOrEqualTo(atBorder, name);
    }

    private static void CompareCounts(JsonElement facts, PrunedWeight result, string name)
    {
        using var scope = NewDisposeScope();
        var (pruned, map) = (result.Weight, result.Tiers!);
        var zeros = pruned.eq(0).sum().item<long>();
        zeros.ShouldBe(facts.GetProperty("zeros").GetInt64(), name);
        long[] counts = [.. facts.GetProperty("tier_counts").EnumerateArray().Select(count => count.GetInt64())];
        long[] found = [map.Count(TierMap.Dense), map.Count(TierMap.TwoOfFour), map.Count(TierMap.TopK)];
        found.ShouldBe(counts, name);
        var stats = facts.GetProperty("stats");
        ((double)zeros / pruned.numel()).ShouldBe(stats.GetProperty("actual_sparsity").GetDouble(), 1e-12);
        if (!stats.TryGetProperty("dense_weights_kept", out var dense))
        {
            return;
        }

        var tiling = new Tiling(pruned.shape[0], pruned.shape[1], Side);
        var (kept, tiers) = (tiling.Cut(pruned.ne(0).to(int64)).sum(1), map.ToTensor(CPU));
        long Kept(byte tier) => (kept * tiers.eq(tier).to(int64)).sum().item<long>();
        Kept(TierMap.Dense).ShouldBe(dense.GetInt64(), name);
        Kept(TierMap.TwoOfFour).ShouldBe(stats.GetProperty("sparse_2_4_weights_kept").GetInt64(), name);
        // the authors count k for each tile, also where more stay for being equal
        Kept(TierMap.TopK).ShouldBe(stats.GetProperty("total_elements").GetInt64() - stats.GetProperty("total_pruned").GetInt64() - Kept(TierMap.Dense) - Kept(TierMap.TwoOfFour), name);
        stats.GetProperty("topk_weights_kept").GetInt64().ShouldBeLessThanOrEqualTo(Kept(TierMap.TopK), name);
    }

    private static long TiesOf(JsonElement facts) => facts.TryGetProperty("tiles_with_ties", out var ties) ? ties.GetProperty("tier2").GetInt64() + ties.GetProperty("tier3").GetInt64() : 0;
}
