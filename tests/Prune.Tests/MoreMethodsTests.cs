using Harness.Models;

namespace Harness.Prune.Tests;

/// <summary>RIA, OWL and ADMM against what their authors' code gives.</summary>
public sealed class MoreMethodsTests
{
    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var model in (string[])["stories260k", "tinystories-656k"])
        {
            foreach (var id in (string[])["ria_0.5", "ria_0.5_row", "ria_2of4", "ria_2of4_reallocated", "ri_0.5", "owl_wanda_0.7", "owl_sparsegpt_0.7", "admm_0.5", "admm_2of4"])
            {
                cases.Add(model, id);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Masks_and_weights_equal_the_authors_code(string modelName, string id)
    {
        using var scope = NewDisposeScope();
        using var expected = PackedCase.In(ReferencePack.Path("pruning", "more"), id, modelName);
        using var model = CausalLM.Open(ReferencePack.Model(modelName));
        var (method, options) = Asked(expected);
        var recipe = PruningRecipe.Read(method, options, expected.Sparsity, Propagation.Sequential);
        using var run = new PruningRun(recipe, recipe.IsCalibrated ? PackedCase.Calibration(model, expected.Json.GetProperty("calibration_key").GetString()!) : null);

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

    private static (string Method, Dictionary<string, string> Options) Asked(PackedCase expected)
    {
        var names = expected.Method.Split('+');
        var options = new Dictionary<string, string>();
        if (names[0] == "owl")
        {
            options["layer-ratios"] = "owl";
        }

        foreach (var option in expected.Json.GetProperty("options").EnumerateObject())
        {
            (string key, string value) = option.Name switch
            {
                "per_row" => ("group", "row"),
                "reallocation" => ("reallocate", "true"),
                _ => ("exponent", option.Value.GetRawText()),
            };
            options[key] = value;
        }

        return (names[^1], options);
    }
}
