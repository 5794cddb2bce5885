using Harness.Models.Checkpoints;
using Harness.Models.Decoders;
using Harness.Prune.Calibration;
using Harness.Prune.Masks;
using Harness.Prune.Methods;

namespace Harness.Prune.Tests.Methods;

public sealed class TileMethodTests : IDisposable
{
    private const string Parameter = "model.layers.0.self_attn.q_proj.weight";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Three_tier_sorts_tiles_by_their_scores()
    {
        using var scope = NewDisposeScope();
        var pruned = Prune("three-tier", new() { ["block-size"] = "2", ["tiers"] = "1,1,2", ["top-k"] = "1" }, null, tensor(new float[,]
        {
            { 4, 9, 1, 2, 5, 6, 1, 1 },
            { 8, 7, 4, 3, 8, 7, 1, 2 },
        }));

        pruned.Weight.data<float>().ToArray().ShouldBe([4, 9, 0, 0, 0, 0, 0, 0, 8, 7, 4, 0, 8, 7, 0, 2]);
        pruned.Tiers!.Tiers.ShouldBe([1, 3, 2, 3]);
        pruned.Facts["theoretical"].ShouldBe(0.25 / 2 + 0.5 * 3 / 4);
    }

    [Theory]
    [InlineData("0.35,0.45,0.2", "15", 0.41328)]
    [InlineData("0.4,0.4,0.2", "10", 0.39219)]
    [InlineData("0.35,0.45,0.2", "10", 0.41719)]
    public void Three_tier_knows_its_theoretical_sparsity(string tiers, string k, double expected)
    {
        using var scope = NewDisposeScope();
        Prune("three-tier", new() { ["tiers"] = tiers, ["top-k"] = k }, null, ones([16, 16])).Facts["theoretical"].ShouldBe(expected, 5e-6);
    }

    [Fact]
    public void Equal_tiles_go_from_the_first_in_three_tier_and_together_in_block()
    {
        using var scope = NewDisposeScope();
        Prune("three-tier", new() { ["block-size"] = "2", ["tiers"] = "0.5,0.25,0.25" }, null, ones([2, 8])).Tiers!.Tiers.ShouldBe([3, 2, 1, 1]);
        Prune("block", new() { ["block-size"] = "2" }, "0.25", ones([2, 8])).Tiers!.Tiers.ShouldBe([3, 3, 3, 3]);
        Prune("block", new() { ["block-size"] = "2" }, "0.2", ones([2, 8])).Tiers!.Tiers.ShouldBe([1, 1, 1, 1]);
    }

    [Fact]
    public void Three_tier_keeps_all_equals_of_a_tile_and_block_topk_exactly_k()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new float[,] { { 2, 2, 9, 9 }, { 2, 1, 9, 9 } });
        Prune("three-tier", new() { ["block-size"] = "2", ["tiers"] = "1,0,1", ["top-k"] = "2" }, null, w).Weight.data<float>().ToArray().ShouldBe([2, 2, 9, 9, 2, 0, 9, 9]);
        Prune("block-topk", new() { ["block-size"] = "2", ["top-k"] = "2" }, "0.5", w).Weight.data<float>().ToArray().ShouldBe([0, 2, 9, 9, 2, 0, 9, 9]);
        Prune("block", new() { ["block-size"] = "2" }, "0.5", w).Weight.data<float>().ToArray().ShouldBe([0, 0, 9, 9, 0, 0, 9, 9]);
    }

    [Fact]
    public void Groups_of_four_run_on_in_narrower_tiles_but_not_in_the_hybrid()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } });
        var three = Prune("three-tier", new() { ["block-size"] = "4", ["tiers"] = "0,1,0" }, null, w);
        three.Weight.data<float>().ToArray().ShouldBe([0, 0, 3, 4, 5, 6]);
        var hybrid = Prune("hybrid-2-4", new() { ["block-size"] = "4", ["tested"] = "1", ["retained"] = "0.7" }, null, w);
        hybrid.Weight.data<float>().ToArray().ShouldBe([0, 2, 3, 0, 5, 6]);
        hybrid.Tiers!.Tiers.ShouldBe([2]);
    }

    [Fact]
    public void The_hybrid_leaves_tiles_dense_that_would_not_retain_enough()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new float[,] { { 8, 8, 1, 1, 8, 8, 8, 8, 1, 2, 0, 1 } });
        var options = new Dictionary<string, string> { ["block-size"] = "4", ["tested"] = "0.7", ["retained"] = "0.8", ["top-k"] = "1" };
        var pruned = Prune("hybrid-2-4", options, null, w);
        pruned.Tiers!.Tiers.ShouldBe([2, 1, 3]);
        pruned.Weight.data<float>().ToArray().ShouldBe([8, 8, 0, 0, 8, 8, 8, 8, 0, 2, 0, 0]);
        pruned.Facts["theoretical"].ShouldBe(1 / 3.0 / 2 + 1 / 3.0 * 15 / 16, 1e-12);
    }

    [Fact]
    public void Progressive_moves_the_lowest_dense_tiles_and_then_the_lowest_of_those_that_are_two_of_four()
    {
        using var scope = NewDisposeScope();
        var schedule = _folder.Write("schedule.csv", "iteration,dense,mid_2_4,topk,epochs\n1,0.5,0.5,0,1\n2,0.25,0.25,0.5,1\n");
        var options = new Dictionary<string, string> { ["block-size"] = "2", ["schedule"] = schedule, ["top-k"] = "1" };
        var w = tensor(new float[,] { { 1, 2, 9, 9, 5, 5, 7, 8 }, { 3, 4, 9, 9, 6, 6, 7, 8 } });

        var first = Prune("progressive", options, null, w);
        first.Tiers!.Tiers.ShouldBe([2, 1, 2, 1]);
        first.Tiers.Iteration.ShouldBe(1);
        first.Weight.data<float>().ToArray().ShouldBe([0, 0, 9, 9, 0, 0, 7, 8, 3, 4, 9, 9, 6, 6, 7, 8]);
        first.Facts["theoretical"].ShouldBe(0.25);

        var second = Prune("progressive", new(options) { ["tier-map"] = Save(first.Tiers) }, null, first.Weight);
        second.Tiers!.Tiers.ShouldBe([3, 1, 3, 2]);
        second.Weight.data<float>().ToArray().ShouldBe([0, 0, 9, 9, 0, 0, 0, 8, 0, 4, 9, 9, 6, 6, 0, 8]);
        second.Facts["iteration"].ShouldBe(2);
    }

    [Fact]
    public void Progressive_counts_tiles_by_a_truncated_difference_as_the_authors_code_does()
    {
        using var scope = NewDisposeScope();
        var schedule = _folder.Write("schedule.csv", "iteration,dense,mid_2_4,topk\n1,0.9,0.1,0\n");
        Prune("progressive", new() { ["block-size"] = "1", ["schedule"] = schedule }, null, ones([10, 10])).Tiers!.Count(TierMap.TwoOfFour).ShouldBe(9);
    }

    [Theory]
    [InlineData("1,1,2,1,1,1,1,1", "In {0}, tile (0, 2) of model.layers.0.self_attn.q_proj.weight is 2:4 and its weights are not. Give the map that was written with this model.")]
    [InlineData("1,1,1,1,1,1,1,4", "{0}: the tier map model.layers.0.self_attn.q_proj.weight holds a 4; 1 (dense), 2 (2:4) and 3 (top-k) were expected.")]
    public void A_map_of_other_weights_is_refused(string tiers, string sentence)
    {
        using var scope = NewDisposeScope();
        var map = Save(new TierMap(2, 2, 4, [.. tiers.Split(',').Select(byte.Parse)]) { Iteration = 1 });
        var options = new Dictionary<string, string> { ["block-size"] = "2", ["tier-map"] = map };
        Should.Throw<InputException>(() => Prune("progressive", options, null, ones([4, 8]))).Message.ShouldBe(string.Format(System.Globalization.CultureInfo.InvariantCulture, sentence, map));
    }

    [Fact]
    public void Empty_tiles_that_the_map_calls_dense_are_refused()
    {
        using var scope = NewDisposeScope();
        var map = Save(new TierMap(2, 1, 2, [1, 1]) { Iteration = 1 });
        var options = new Dictionary<string, string> { ["block-size"] = "2", ["tier-map"] = map };
        Should.Throw<InputException>(() => Prune("progressive", options, null, tensor(new float[,] { { 1, 1, 0, 0 }, { 1, 0, 1, 1 } }))).Message.ShouldBe(
            $"In {map}, tile (0, 1) of {Parameter} is dense and half of its weights or more are zero. Give the map that was written with this model.");
    }

    [Fact]
    public void Sparsity_that_is_no_ratio_is_refused_by_block() => Should.Throw<InputException>(() => PruningMethods.Named("block").Check(Sparsity.Parse("2:4"))).Message.ShouldBe(
        "Sparsity '2:4' is not supported by block, which takes away a share of the tiles. Use a ratio such as 0.5.");

    [Theory]
    [InlineData("0,0,0", "Option tiers of three-tier is '0,0,0'; shares of which one at least is above 0 were expected.")]
    [InlineData("0.5,0.5", "Option tiers of three-tier is '0.5,0.5'; 3 numbers from 0 on, separated by commas was expected.")]
    public void Shares_that_are_none_are_refused(string tiers, string sentence) =>
        Should.Throw<InputException>(() => PruningMethods.Named("three-tier", new Dictionary<string, string> { ["tiers"] = tiers })).Message.ShouldBe(sentence);

    private string Save(TierMap map)
    {
        using var stream = File.Create(_folder["tiers.safetensors"]);
        TierMapFile.Write((tensors, metadata) => new SafetensorsWriter(stream, tensors, metadata), "progressive", [new(Parameter, map)]);
        return stream.Name;
    }

    // s = 1 for every column, so that the metric is |W|
    private static PrunedWeight Prune(string method, Dictionary<string, string> options, string? sparsity, Tensor w)
    {
        using var statistics = new InputStatistics(w.shape[1], StatisticKinds.ColumnSquares, CPU);
        statistics.Add(ones([1, 1, w.shape[1]]));
        var linear = new PrunableLinear(0, new Linear("self_attn.q_proj", Parameter, w, null), statistics);
        return PruningMethods.Named(method, options).Prune(linear, sparsity is null ? Sparsity.Own : Sparsity.Parse(sparsity));
    }
}
