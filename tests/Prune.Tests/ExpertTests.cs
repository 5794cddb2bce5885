using Harness.Models;
using Harness.Models.Decoders;
using Harness.Prune.Calibration;

namespace Harness.Prune.Tests;

/// <summary>Calibration of experts, on a tiny Mixtral whose router sends each token to two of four.</summary>
public sealed class ExpertTests
{
    private const int Length = 16;

    [Fact]
    public void Every_expert_sees_the_tokens_that_go_there()
    {
        using var scope = NewDisposeScope();
        using var model = Open();
        using var states = HiddenStates.Embed(model, Ids(model, 4 * Length), Length);
        foreach (var block in model.Blocks())
        {
            using var statistics = BlockStatistics.Observe(block, states, StatisticKinds.ColumnSquares, CPU);
            var inputs = FirstLinears(block).Select(group => statistics[group]).ToArray();

            inputs.Sum(input => input.Tokens).ShouldBe(2 * 4 * Length);
            inputs.ShouldAllBe(input => input.Tokens < 4 * Length && input.Sequences <= 4);
        }
    }

    [Fact]
    public void All_tokens_reach_every_expert_where_that_is_asked_for_and_nothing_else_changes()
    {
        using var scope = NewDisposeScope();
        using var model = Open();
        using var states = HiddenStates.Embed(model, Ids(model, 4 * Length), Length);
        foreach (var block in model.Blocks())
        {
            var shown = block.ShowingExpertsAllTokens();
            using var statistics = BlockStatistics.ObserveThrough(shown, states, StatisticKinds.ColumnSquares, CPU, out var next);
            using var expected = states.Through(block);
            var inputs = FirstLinears(block).Select(group => statistics[group]).ToArray();

            inputs.ShouldAllBe(input => input.Tokens == 4 * Length && input.Sequences == 4);
            inputs.ShouldAllBe(input => equal(input.MeanColumnSquares(), inputs[0].MeanColumnSquares()));
            equal(next.Values, expected.Values).ShouldBeTrue();
            next.Dispose();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Runs_record_the_tokens_of_each_linear(bool all)
    {
        using var model = Open();
        using var run = Run(model, 4 * Length, Length, all ? new() { ["calibrate-all-experts"] = "true" } : []);

        run.Failure.ShouldBeNull();
        run.Linears.Where(linear => linear.Parameter.Contains("experts")).ShouldAllBe(linear => linear.Tokens == 4 * Length == all);
        run.Linears.Where(linear => !linear.Parameter.Contains("experts")).ShouldAllBe(linear => linear.Tokens == 4 * Length);
    }

    [Fact]
    public void An_expert_that_no_token_reaches_is_refused()
    {
        using var model = Open();
        using var run = Run(model, 1, 1, []);

        run.Failure.ShouldBeOfType<InputException>().Message.ShouldMatch(
            @"^Layer 0: no calibration token goes to block_sparse_moe\.experts\.\d\.w1, so nothing can be measured there\. Use more samples, or calibrate-all-experts\.$");
        using var all = Run(model, 1, 1, new() { ["calibrate-all-experts"] = "true" });
        all.Failure.ShouldBeNull();
    }

    private static CausalLM Open() => CausalLM.Open(ReferencePack.Path("families", "mixtral"));

    private static PruningRun Run(CausalLM model, int tokens, int length, Dictionary<string, string> options)
    {
        var recipe = PruningRecipe.Read("wanda", options, Sparsity.Parse("0.5"), Propagation.Sequential);
        var run = new PruningRun(recipe, HiddenStates.Embed(model, Ids(model, tokens), length));
        foreach (var _ in new PruningWalk(model, [run]).Steps())
        {
        }

        return run;
    }

    private static int[] Ids(CausalLM model, int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(model.Config.VocabSize))];
    }

    /// <summary>Of each expert, the linears that read the hidden states.</summary>
    private static IEnumerable<LinearGroup> FirstLinears(DecoderBlock block) => block.Groups.Where(group => group.Name.EndsWith(".w1", StringComparison.Ordinal));
}
