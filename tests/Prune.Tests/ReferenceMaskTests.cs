using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Models.Decoders;
using Harness.Prune.Calibration;
using Harness.Prune.Methods;

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
                foreach (var method in (string[])["magnitude", "wanda", "sparsegpt"])
                {
                    cases.Add(model, $"{method}_{sparsity}");
                }
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
        var method = PruningMethods.Named(expected.Method);
        using var run = new PruningRun(new PruningRecipe(method, expected.Sparsity), method.Needs == StatisticKinds.None ? null : Calibration(model, expected));

        foreach (var (dense, (_, pruned)) in model.Blocks().Zip(new PruningWalk(model, [run]).Steps()))
        {
            CompareStatistics(expected, dense, run.Calibration);
            foreach (var (before, after) in dense.Linears.Zip(pruned.Linears))
            {
                CompareWeight(expected, $"layers.{dense.Index}.{after.Name}", before.Weight, after.Weight);
            }
        }

        run.Failure.ShouldBeNull();
        var sparsity = (double)run.Linears.Sum(linear => linear.Zeros) / run.Linears.Sum(linear => linear.Elements);
        sparsity.ShouldBe(expected.Json.GetProperty("check_sparsity").GetDouble(), 1e-12);
    }

    private static HiddenStates Calibration(CausalLM model, PackedCase expected)
    {
        var calibration = expected.Json.GetProperty("calibration");
        var key = $"{calibration.GetProperty("tokenizer").GetString()}.{calibration.GetProperty("dataset").GetString()}.seed{calibration.GetProperty("seed").GetInt32()}.seq{calibration.GetProperty("seqlen").GetInt32()}";
        using var samples = SafetensorsFile.Open(ReferencePack.Path("pruning", "sampling", "calibration_ids.safetensors"));
        var ids = samples.Load(key);
        return HiddenStates.Embed(model, ids.to(int32).data<int>().ToArray(), (int)ids.shape[1]);
    }

    private static void CompareStatistics(PackedCase expected, DecoderBlock dense, HiddenStates? states)
    {
        if (states is null)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var statistics = BlockStatistics.Observe(dense, states, StatisticKinds.ColumnSquares | StatisticKinds.Gram, CPU);
        foreach (var (group, linear) in dense.Groups.SelectMany(group => group.Linears.Select(linear => (group, linear))))
        {
            var name = $"layers.{dense.Index}.{linear.Name}";
            if (expected.Has($"scaler_row.{name}"))
            {
                allclose(statistics[group].MeanColumnSquares(), expected.Load($"scaler_row.{name}"), 1e-4, 1e-6).ShouldBeTrue($"scaler_row.{name}");
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
        if (expected.Method == "magnitude" && expected.Sparsity.IsStructured && expected.Facts(name).GetProperty("gap").GetProperty("exact_ties").GetInt64() > 0)
        {
            // Which of two equal weights goes is the device's choice there and the lower column's here: what stays must be equally large in every group.
            Remaining(after, expected.Sparsity.Group).ShouldBe(Remaining(before * reference, expected.Sparsity.Group), name);
            return;
        }

        after.ne(0).ne(reference).sum().item<long>().ShouldBe(0, $"mask bits of {name}");
        if (expected.Has($"weight.{name}"))
        {
            var weight = expected.Load($"weight.{name}");
            (after.sub(weight).abs().max() / weight.abs().max()).item<float>().ShouldBeLessThan(1e-4f, name);
        }
    }

    private static double[] Remaining(Tensor weight, int group) => [.. weight.abs().split(group, 1).SelectMany(columns => columns.to(float64).sum(dim: 1).data<double>().ToArray())];
}
