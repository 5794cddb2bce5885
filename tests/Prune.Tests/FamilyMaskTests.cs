using System.Text.Json;
using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Models.Decoders;
using Harness.Prune.Calibration;

namespace Harness.Prune.Tests;

/// <summary>Every family of the reference pack pruned by four methods: masks, SparseGPT's weights, Wanda's statistics and the logits of the pruned model.</summary>
public sealed class FamilyMaskTests
{
    private static readonly (string Id, string Method, string Sparsity)[] Methods =
    [
        ("magnitude_0.5", "magnitude", "0.5"), ("wanda_0.5", "wanda", "0.5"), ("wanda_2of4", "wanda", "2:4"), ("sparsegpt_0.5", "sparsegpt", "0.5"),
    ];

    public static TheoryData<string> Families => [.. ReferenceFamilies.All];

    [Theory]
    [MemberData(nameof(Families))]
    public void Masks_weights_statistics_and_logits_equal_the_reference(string family)
    {
        using var scope = NewDisposeScope();
        var folder = ReferencePack.Path("families", family);
        using var expected = SafetensorsFile.Open(Path.Combine(folder, "pruned.safetensors"));
        using var inputs = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        var tolerance = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json"))).RootElement.GetProperty("logits").GetProperty("suggested_abs_tolerance").GetDouble();
        var methods = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "pruned.json"))).RootElement.GetProperty("methods");
        using var model = CausalLM.Open(folder);
        foreach (var (id, method, sparsity) in Methods)
        {
            var recipe = PruningRecipe.Read(method, new Dictionary<string, string>(), Sparsity.Parse(sparsity), Propagation.Sequential);
            var calibration = expected.Load("calib_ids");
            using var run = new PruningRun(recipe, recipe.IsCalibrated ? HiddenStates.Embed(model, Ids(calibration), (int)calibration.shape[1]) : null);
            var states = HiddenStates.Embed(model, Ids(inputs.Load("input_ids")), (int)inputs.Load("input_ids").shape[1]);
            foreach (var (_, block) in new PruningWalk(model, [run]).Steps())
            {
                Compare(expected, methods.GetProperty(id), id, block);
                using var before = states;
                states = before.Through(block);
            }

            run.Failure.ShouldBeNull();
            using var head = model.Head();
            var difference = head.Logits(states.Values).sub(expected.Load($"logits.{id}")).abs().max().item<float>();
            states.Dispose();
            ((double)difference).ShouldBeLessThan(tolerance, id);
        }

        CompareStatistics(model, expected, methods.GetProperty("wanda_0.5").GetProperty("per_tensor"));
    }

    private static void Compare(SafetensorsFile expected, JsonElement facts, string id, DecoderBlock block)
    {
        foreach (var linear in block.Linears)
        {
            using var scope = NewDisposeScope();
            var stored = linear.StoredWeight;
            var pruned = Bits(expected.Load($"mask.{id}.{linear.Parameter}"), stored.shape);
            // what was zero before is no matter of the mask
            stored.masked_select(pruned).ne(0).sum().item<long>().ShouldBe(0, $"{id} {linear.Parameter}: weights that should have gone");
            var zeros = facts.GetProperty("per_tensor").GetProperty(linear.Parameter).GetProperty("zeros_after").GetInt64();
            (stored.numel() - stored.count_nonzero().item<long>()).ShouldBe(zeros, $"{id} {linear.Parameter}");
            if (expected.Header.Entries.Any(entry => entry.Name == $"weight.{id}.{linear.Parameter}"))
            {
                var weight = expected.Load($"weight.{id}.{linear.Parameter}");
                (stored.sub(weight).abs().max() / weight.abs().max()).item<float>().ShouldBeLessThan(1e-4f, $"{id} {linear.Parameter}");
            }
        }
    }

    private static void CompareStatistics(CausalLM model, SafetensorsFile expected, JsonElement facts)
    {
        foreach (var block in model.Blocks().Take(1))
        {
            var calibration = expected.Load("calib_ids");
            using var states = HiddenStates.Embed(model, Ids(calibration), (int)calibration.shape[1]);
            using var statistics = BlockStatistics.Observe(block, states, StatisticKinds.ColumnSquares, CPU);
            foreach (var (group, linear) in block.Groups.SelectMany(group => group.Linears.Select(linear => (group, linear))))
            {
                allclose(statistics[group].MeanColumnSquares(), expected.Load($"wanda_s.{linear.Parameter}"), 1e-4, 1e-6).ShouldBeTrue($"wanda_s.{linear.Parameter}");
                statistics[group].Sequences.ShouldBe(facts.GetProperty(linear.Parameter).TryGetProperty("calls", out var calls) ? calls.GetInt64() : 8, linear.Parameter);
            }
        }
    }

    private static int[] Ids(Tensor ids) => ids.to(int32).data<int>().ToArray();

    /// <summary>The packed mask as bool, true = pruned.</summary>
    private static Tensor Bits(Tensor packed, long[] shape)
    {
        var bytes = packed.data<byte>().ToArray();
        return tensor(Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(i => (bytes[i >> 3] >> (i & 7) & 1) != 0).ToArray()).view(shape);
    }
}
