using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Prune.Methods;

namespace Harness.Prune.Tests;

/// <summary>Wanda with all statistics from the dense model.</summary>
public sealed class DensePropagationTests
{
    [Theory]
    [InlineData("0.25")]
    [InlineData("0.5")]
    [InlineData("0.75")]
    public void Masks_equal_the_reference(string ratio)
    {
        using var scope = NewDisposeScope();
        using var expected = PackedCase.In(ReferencePack.Path("pruning", "dense_propagation"), $"tinystories-656k.dense_propagation_wanda_{ratio}");
        using var model = CausalLM.Open(ReferencePack.Model("tinystories-656k"));
        using var samples = SafetensorsFile.Open(ReferencePack.Path("pruning", "sampling", "calibration_ids.safetensors"));
        var ids = samples.Load("tinystories-656k.c4.seed0.seq128").to(int32).data<int>().ToArray();
        using var run = new PruningRun(new PruningRecipe(new Wanda(), Sparsity.Parse(ratio), Propagation.Dense), HiddenStates.Embed(model, ids, 128));

        foreach (var (_, block) in new PruningWalk(model, [run]).Steps())
        {
            foreach (var linear in block.Linears)
            {
                var name = $"layers.{block.Index}.{linear.Name}";
                linear.Weight.ne(0).ne(expected.Kept(name)).sum().item<long>().ShouldBe(0, name);
            }
        }
    }

    [Fact]
    public void Runs_that_share_a_walk_get_what_each_gets_alone()
    {
        using var scope = NewDisposeScope();
        using var model = CausalLM.Open(ReferencePack.Model("tinystories-656k"));
        var ids = Enumerable.Range(0, 512).Select(i => i * 7 % 2048).ToArray();
        PruningRecipe[] recipes =
        [
            new(new Wanda(), Sparsity.Parse("0.5")),
            new(new SparseGpt(), Sparsity.Parse("2:4")),
            new(new Wanda(), Sparsity.Parse("0.5"), Propagation.Dense),
            new(new Magnitude(), Sparsity.Parse("4:8")),
        ];

        var together = Prune(model, ids, recipes);
        var alone = recipes.Select(recipe => Prune(model, ids, [recipe]).Single()).ToArray();

        foreach (var (shared, single) in together.Zip(alone))
        {
            shared.Zip(single).ShouldAllBe(pair => equal(pair.First, pair.Second));
        }
    }

    private static List<Tensor>[] Prune(CausalLM model, int[] ids, PruningRecipe[] recipes)
    {
        using var scope = NewDisposeScope();
        var states = HiddenStates.Embed(model, ids, 128);
        var runs = recipes.Select(recipe => new PruningRun(recipe, recipe.Method is Magnitude ? null : states)).ToArray();
        var weights = runs.Select(_ => new List<Tensor>()).ToArray();
        foreach (var (run, block) in new PruningWalk(model, runs).Steps())
        {
            weights[Array.IndexOf(runs, run)].AddRange(block.Linears.Select(linear => scope.MoveToOuter(linear.Weight.clone())));
        }

        return weights;
    }
}
