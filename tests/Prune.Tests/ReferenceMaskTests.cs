using System.Text.Json;
using Harness.Models;
using Harness.Models.Decoders;
using Harness.Prune.Calibration;

namespace Harness.Prune.Tests;

/// <summary>Masks, weights and statistics of the original code on real and random models.</summary>
public sealed class ReferenceMaskTests
{
    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var model in (string[])["stories260k", "tinystories-656k", "opt-tiny"])
        {
            foreach (var sparsity in (string[])["0.25", "0.5", "0.75", "2of4", "4of8"])
            {
                foreach (var method in (string[])["magnitude", "wanda", "sparsegpt", "ablate_mag_seq", "ablate_wanda_seq", "ablate_mag_iter", "ablate_wanda_iter"])
                {
                    cases.Add(model, $"{method}_{sparsity}");
                }
            }

            foreach (var ratio in model == "opt-tiny" ? [] : (string[])["0.25", "0.5", "0.75"])
            {
                cases.Add(model, $"wanda_variant_{ratio}");
            }

            if (model != "stories260k")
            {
                // The pack has no ids for stories260k with that seed.
                cases.Add(model, "wanda_0.5_seed42");
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Masks_weights_and_statistics_equal_the_original_codes(string modelName, string id)
    {
        using var scope = NewDisposeScope();
        using var expected = PackedCase.Open(modelName, id);
        using var model = CausalLM.Open(modelName == "opt-tiny" ? ReferencePack.Path("pruning", "opt-tiny") : ReferencePack.Path("models", modelName));
        var recipe = PruningRecipe.Read(expected.Method, expected.Options, expected.Sparsity, Propagation.Sequential);
        using var run = new PruningRun(recipe, recipe.IsCalibrated ? PackedCase.Calibration(model, CalibrationKey(expected)) : null);

        foreach (var (dense, (_, pruned)) in model.Blocks().Zip(new PruningWalk(model, [run]).Steps()))
        {
            // Behind a choice between equals the original's inputs are its own.
            CompareStatistics(expected, dense, dense.Index > 0 && DependsOnTies(expected) ? null : run.Calibration);
            foreach (var (before, after) in dense.Linears.Zip(pruned.Linears))
            {
                CompareWeight(expected, $"layers.{dense.Index}.{after.Name}", before.Weight, after.Weight);
            }
        }

        run.Failure.ShouldBeNull();
        foreach (var linear in run.Linears.Where(linear => linear.Facts.ContainsKey("alpha")))
        {
            var name = linear.Parameter.Replace("model.", "").Replace(".weight", "");
            linear.Facts["alpha"].ShouldBe(expected.Facts(name).GetProperty("alpha").GetDouble(), name);
        }

        var sparsity = (double)run.Linears.Sum(linear => linear.Zeros) / run.Linears.Sum(linear => linear.Elements);
        sparsity.ShouldBe(expected.Json.GetProperty("check_sparsity").GetDouble(), 1e-12);
    }

    private static string CalibrationKey(PackedCase expected)
    {
        var calibration = expected.Json.GetProperty("calibration");
        return $"{calibration.GetProperty("tokenizer").GetString()}.{calibration.GetProperty("dataset").GetString()}.seed{calibration.GetProperty("seed").GetInt32()}.seq{calibration.GetProperty("seqlen").GetInt32()}";
    }

    private static void CompareStatistics(PackedCase expected, DecoderBlock dense, HiddenStates? states)
    {
        if (states is null)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var statistics = BlockStatistics.Observe(dense, states, StatisticKinds.ColumnSquares | StatisticKinds.Gram | StatisticKinds.DecayingColumnSquares, CPU);
        foreach (var (group, linear) in dense.Groups.SelectMany(group => group.Linears.Select(linear => (group, linear))))
        {
            var name = $"layers.{dense.Index}.{linear.Name}";
            if (expected.Has($"scaler_row.{name}"))
            {
                allclose(statistics[group].MeanColumnSquares(), expected.Load($"scaler_row.{name}"), 1e-4, 1e-6).ShouldBeTrue($"scaler_row.{name}");
            }

            if (expected.Has($"ablate_scaler_row.{name}"))
            {
                allclose(statistics[group].DecayingColumnSquares(), expected.Load($"ablate_scaler_row.{name}"), 1e-4, 1e-6).ShouldBeTrue($"ablate_scaler_row.{name}");
            }

            if (expected.Has($"hessian_diag.{name}"))
            {
                allclose(statistics[group].Hessian().diagonal().to(float32), expected.Load($"hessian_diag.{name}"), 1e-4, 1e-4).ShouldBeTrue($"hessian_diag.{name}");
            }
        }
    }

    private static void CompareWeight(PackedCase expected, string name, Tensor before, Tensor after)
    {
        using var scope = NewDisposeScope();
        var reference = expected.Kept(name);
        if (expected.Method == "magnitude" && expected.Sparsity.IsStructured && TiesOf(expected.Facts(name)) > 0)
        {
            // Which of two equal weights goes is the device's choice there and the lower column's here: what stays must be equally large in every group.
            Remaining(after, expected.Sparsity.Group).ShouldBe(Remaining(before * reference, expected.Sparsity.Group), name);
            return;
        }

        if (DependsOnTies(expected))
        {
            // One such choice moves every weight to its right, so here only the number of other choices is bounded.
            var ties = expected.Method == "ablate_mag_seq" ? 2 * TiesOf(expected.Facts(name)) : after.numel() / 20;
            expected.Differing(name, after).ShouldBeLessThanOrEqualTo(ties, name);
            return;
        }

        expected.Compare(name, after);
    }

    /// <summary>Whether a choice between equal weights, which is the device's there, moves all that comes after.</summary>
    private static bool DependsOnTies(PackedCase expected) =>
        expected.Method.StartsWith("ablate_mag", StringComparison.Ordinal) && expected.Sparsity.IsStructured && expected.Tensors.Any(tensor => TiesOf(expected.Facts(tensor)) > 0);

    private static long TiesOf(JsonElement facts) => facts.GetProperty("gap").GetProperty("exact_ties").GetInt64();

    private static double[] Remaining(Tensor weight, int group) => [.. weight.abs().split(group, 1).SelectMany(columns => columns.to(float64).sum(dim: 1).data<double>().ToArray())];
}
