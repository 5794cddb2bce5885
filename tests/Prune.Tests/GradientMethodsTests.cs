using Harness.Models;
using Harness.Models.Decoders;
using Harness.Prune.Calibration;
using Harness.Prune.Gradients;
using Harness.Prune.Methods;
using Harness.Prune.Symbolic;

namespace Harness.Prune.Tests;

/// <summary>Pruner-Zero and GBLM against what their authors' code gives.</summary>
public sealed class GradientMethodsTests
{
    private static readonly string[] Models = ["stories260k", "tinystories-656k"];

    public static TheoryData<string> PrunerZeroCases() =>
    [
        .. Models.SelectMany(model => ((string[])["best", "wanda_like", "mix", "logdiv", "signed"]).SelectMany(tree => ((string[])["0.5", "2of4"]).Select(sparsity => $"{model}.{tree}_{sparsity}"))),
        .. Models.SelectMany(model => ((string[])["best_4of8", "best_variant_0.5"]).Select(name => $"{model}.{name}")),
    ];

    /// <summary>Every layer behind the pack's own pruned layers: which of two equals goes is the device's choice there, and moves the inputs of the layers behind.</summary>
    [Theory]
    [MemberData(nameof(PrunerZeroCases))]
    public void Pruner_zero_equals_the_authors_code(string id)
    {
        using var scope = NewDisposeScope();
        using var expected = PackedCase.In(ReferencePack.Path("pruning", "prunerzero"), id);
        var name = expected.Json.GetProperty("model").GetString()!;
        using var model = CausalLM.Open(ReferencePack.Path("models", name));
        var tree = TreeJson.Parse(expected.Json.GetProperty("tree").GetRawText(), id);
        var method = PruningMethods.Named("pruner-zero", new Dictionary<string, string>(expected.Options) { ["tree"] = tree.ToString(), ["gradients"] = Gradients(name) });
        var states = PackedCase.Calibration(model, $"{name}.c4.seed0.seq128");
        foreach (var block in model.Blocks())
        {
            using var statistics = BlockStatistics.Observe(block, states, StatisticKinds.ColumnSquares, CPU);
            var weights = new Dictionary<string, Tensor>();
            foreach (var (group, linear) in block.Groups.SelectMany(group => group.Linears.Select(linear => (group, linear))))
            {
                Compare(expected, method.Prune(new PrunableLinear(block.Index, linear, statistics[group]), expected.Sparsity), $"layers.{block.Index}.{linear.Name}");
                CompareMetric(expected, Metric(tree, linear, block.Index, statistics[group], name), $"layers.{block.Index}.{linear.Name}");
                weights[linear.Name] = linear.Weight * expected.Kept($"layers.{block.Index}.{linear.Name}");
            }

            var next = states.Through(block.With(weights));
            states.Dispose();
            states = next;
        }

        states.Dispose();
    }

    [Theory]
    [InlineData("stories260k", "gblm_0.5")]
    [InlineData("stories260k", "gblm_2of4")]
    [InlineData("tinystories-656k", "gblm_0.5")]
    [InlineData("tinystories-656k", "gblm_2of4")]
    public void Gblm_equals_the_authors_code(string name, string id)
    {
        using var scope = NewDisposeScope();
        using var expected = PackedCase.In(ReferencePack.Path("pruning", "more"), id, name);
        using var model = CausalLM.Open(ReferencePack.Path("models", name));
        var recipe = PruningRecipe.Read("gblm", new Dictionary<string, string> { ["gradients"] = Gradients(name) }, expected.Sparsity, Propagation.Sequential);
        using var run = new PruningRun(recipe, PackedCase.Calibration(model, expected.Json.GetProperty("calibration_key").GetString()!));
        foreach (var (_, block) in new PruningWalk(model, [run]).Steps())
        {
            foreach (var linear in block.Linears)
            {
                expected.Compare($"layers.{block.Index}.{linear.Name}", linear.Weight);
            }
        }

        run.Failure.ShouldBeNull();
        run.Linears.Sum(linear => linear.Zeros).ShouldBe(expected.Json.GetProperty("zeros").GetInt64());
    }

    private static string Gradients(string model) => ReferencePack.Path("pruning", "gradients", $"{model}.safetensors");

    private static void Compare(PackedCase expected, PrunedWeight pruned, string name)
    {
        var facts = expected.Facts(name);
        var ties = expected.Sparsity.IsStructured ? facts.GetProperty("gap").GetProperty("exact_ties").GetInt64() : 0;
        expected.Differing(name, pruned.Weight).ShouldBeLessThanOrEqualTo(2 * ties, name);
        if (facts.TryGetProperty("alpha", out var alpha))
        {
            pruned.Facts["alpha"].ShouldBe(alpha.GetDouble(), name);
        }
    }

    private static Tensor Metric(Tree tree, Linear linear, int layer, InputStatistics input, string model)
    {
        var g = GradientFile.Open(Gradients(model), "l2").Load(linear.Name, layer, CPU);
        return tree.Evaluate(new TreeInputs(linear.Weight.abs(), g, input.MeanColumnSquares().unsqueeze(0)));
    }

    private static void CompareMetric(PackedCase expected, Tensor metric, string name)
    {
        var (digest, wide) = (expected.Facts(name).GetProperty("metric_digest"), metric.to(float64));
        var (size, squares) = (digest.GetProperty("abs_sum").GetDouble(), digest.GetProperty("sq_sum").GetDouble());
        wide.sum().item<double>().ShouldBe(digest.GetProperty("sum").GetDouble(), 1e-5 * size, name);
        wide.abs().sum().item<double>().ShouldBe(size, 1e-5 * size, name);
        wide.square().sum().item<double>().ShouldBe(squares, 1e-5 * squares, name);
        if (expected.Has($"metric.{name}"))
        {
            allclose(metric, expected.Load($"metric.{name}"), 1e-4, 1e-6).ShouldBeTrue(name);
        }
    }
}
