using Harness.Models;
using Harness.Prune.Methods;

namespace Harness.Prune.Tests;

public sealed class OwlRatiosTests
{
    [Fact]
    public void Scales_the_outliers_to_twice_lambda_and_centres_them()
    {
        var ratios = new OwlRatios(M: 5, Lambda: 0.08).Of(0.7, [2, 1, 3]);

        ratios.ShouldBe([0.7, 0.78, 0.62], 1e-12);
    }

    [Fact]
    public void Equal_layers_get_equal_ratios() => new OwlRatios(5, 0.08).Of(0.5, [1.5, 1.5]).ShouldBe([0.5, 0.5]);

    [Fact]
    public void No_layer_is_pruned_less_than_a_hundredth() => new OwlRatios(5, 0.2).Of(0.2, [0, 0, 3]).Min().ShouldBe(0.01);

    [Fact]
    public void Refuses_ratios_that_leave_nothing_of_a_layer() =>
        Should.Throw<InputException>(() => new OwlRatios(5, 0.5).Of(0.7, [0, 1])).Message.ShouldStartWith("OWL with lambda 0.5 leaves nothing of some layer");

    [Fact]
    public void One_dense_pass_serves_all_rows_and_ratios()
    {
        using var folder = new TemporaryFolder();
        using var model = CausalLM.Open(new TinyLlama { Layers = 3 }.Write(folder["model"]));
        var passes = new Tokens();
        model.Progress = passes;
        var states = HiddenStates.Embed(model, [.. Enumerable.Range(0, 96).Select(i => i * 11 % 97)], 32);
        PruningRun[] runs =
        [
            .. from ratio in (string[])["0.3", "0.5", "0.7"]
               select new PruningRun(new PruningRecipe(new Magnitude(), Sparsity.Parse(ratio)) { LayerRatios = new OwlRatios(5, 0.08) }, states),
        ];

        foreach (var _ in new PruningWalk(model, runs).Steps())
        {
        }

        runs.ShouldAllBe(run => run.Failure == null && run.LayerRatios!.Count == 3);
        passes.Sum.ShouldBe(96 * 3);
    }

    private sealed class Tokens : IProgress<long>
    {
        public long Sum { get; private set; }

        public void Report(long value) => Sum += value;
    }
}
