using Harness.Models;
using Harness.Prune.Calibration;
using Harness.Prune.Methods;

namespace Harness.Prune.Tests;

public sealed class TrueSequentialTests
{
    /// <summary>Every group of a block by hand: calibrate on the block as it stands, prune the group, go on.</summary>
    [Fact]
    public void Each_group_is_calibrated_behind_the_pruned_ones_before_it()
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(ReferencePack.Model("stories260k"));
        var ids = Enumerable.Range(0, 256).Select(i => i * 7 % 512).ToArray();
        var method = new SparseGpt();
        using var run = new PruningRun(new PruningRecipe(method, Sparsity.Parse("0.5")) { TrueSequential = true }, HiddenStates.Embed(model, ids, 64));
        using var states = HiddenStates.Embed(model, ids, 64);
        using var dense = model.Blocks().GetEnumerator();
        dense.MoveNext();

        var pruned = FirstBlock(model, run);

        var weights = new Dictionary<string, Tensor>();
        foreach (var group in dense.Current.Groups)
        {
            using var statistics = BlockStatistics.Observe(dense.Current.With(weights), states, StatisticKinds.Gram, CPU);
            foreach (var linear in group.Linears)
            {
                weights[linear.Name] = method.Prune(new PrunableLinear(0, linear, statistics[group]), Sparsity.Parse("0.5")).Weight;
            }
        }

        pruned.ShouldAllBe(linear => equal(linear.Value, weights[linear.Key]));
        using var together = new PruningRun(new PruningRecipe(method, Sparsity.Parse("0.5")), HiddenStates.Embed(model, ids, 64));
        FirstBlock(model, together).Count(linear => equal(linear.Value, weights[linear.Key])).ShouldBe(dense.Current.Groups.First().Linears.Count);
    }

    private static Dictionary<string, Tensor> FirstBlock(CausalLM model, PruningRun run)
    {
        var weights = new Dictionary<string, Tensor>();
        foreach (var (_, block) in new PruningWalk(model, [run]).Steps().Take(1))
        {
            weights = block.Linears.ToDictionary(linear => linear.Name, linear => linear.Weight.clone());
        }

        return weights;
    }
}
