using System.Text.Json;

namespace Harness.Tests.Verbs;

/// <summary>Methods with options, by way of the command line.</summary>
public sealed class PruneMethodVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PruneMethodVerbTests()
    {
        Model = new TinyLlama().Write(_folder["model"]);
        Ids = SafetensorsText.WriteIds(_folder["ids.safetensors"], [.. Enumerable.Range(0, 8 * 16).Select(i => (long)(i * 7 % 256))], 8, 16);
    }

    private string Model { get; }

    private string Ids { get; }

    private string Out => _folder["out"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ablate_mag_seq", "2:4", "")]
    [InlineData("ablate_mag_iter", "2:4", "")]
    [InlineData("ablate_wanda_seq", "2:4", "--scaling clean")]
    [InlineData("ablate_wanda_iter", "4:8", "--damping 0.1 --block-size 16")]
    [InlineData("ria", "0.5", "--group row --exponent 1")]
    [InlineData("ria", "2:4", "--reallocate")]
    [InlineData("ri", "4:8", "")]
    [InlineData("admm", "0.5", "")]
    [InlineData("sparsegpt", "2:4", "--true-sequential")]
    [InlineData("wanda", "0.5", "--true-sequential")]
    public void Leaves_as_many_zeros_as_asked_for(string method, string sparsity, string options)
    {
        Prune(["--method", method, "--sparsity", sparsity, .. Words(options)]);

        Linears().Sum(linear => linear.GetProperty("zeros").GetInt64()).ShouldBe(7680);
    }

    [Fact]
    public void The_manifest_tells_options_and_what_was_found()
    {
        Prune("--method", "wanda", "--variant", "--sparsity", "0.5");

        Manifest().GetProperty("options").GetProperty("variant").GetString().ShouldBe("true");
        Linears().ShouldAllBe(linear => linear.GetProperty("facts").GetProperty("alpha").GetDouble() > 0);
    }

    [Fact]
    public void The_masks_beside_the_weights_prune_the_same_again()
    {
        Prune("--method", "wanda", "--sparsity", "0.5");
        var masks = Path.Combine(Out, "harness", "masks.safetensors");

        Program.Succeed("prune", "--model", Model, "--masks", masks, "--out", _folder["again"]);

        File.ReadAllBytes(Path.Combine(_folder["again"], "model.safetensors")).ShouldBe(File.ReadAllBytes(Path.Combine(Out, "model.safetensors")));
        File.ReadAllBytes(Path.Combine(_folder["again"], "harness", "masks.safetensors")).ShouldBe(File.ReadAllBytes(masks));
    }

    [Fact]
    public void The_masks_of_inspect_sparsity_are_taken_too()
    {
        Prune("--method", "wanda", "--sparsity", "2:4");
        Program.Succeed("inspect", "sparsity", "--model", Out, "--masks", _folder["masks.safetensors"]);

        Program.Succeed("prune", "--model", Model, "--masks", _folder["masks.safetensors"], "--out", _folder["again"]);

        File.ReadAllBytes(Path.Combine(_folder["again"], "model.safetensors")).ShouldBe(File.ReadAllBytes(Path.Combine(Out, "model.safetensors")));
    }

    [Fact]
    public void Patterns_choose_the_linears()
    {
        Prune("--method", "magnitude", "--sparsity", "0.5", "--include", "*.mlp.*", "--exclude", "*.down_proj,model.layers.0.*");

        Linears().Where(linear => linear.GetProperty("zeros").GetInt64() > 0).Select(linear => linear.GetProperty("name").GetString())
            .ShouldBe(["model.layers.1.mlp.gate_proj.weight", "model.layers.1.mlp.up_proj.weight"]);
    }

    [Fact]
    public void A_file_gives_a_ratio_for_each_layer()
    {
        File.WriteAllText(_folder["ratios.json"], "[0, 0.75]");

        Prune("--method", "wanda", "--sparsity", "0.5", "--layer-ratios", _folder["ratios.json"]);

        Manifest().GetProperty("achieved").GetProperty("layers").EnumerateArray().Select(share => share.GetDouble()).ShouldBe([0, 0.75]);
        Manifest().GetProperty("layerRatios").EnumerateArray().Select(share => share.GetDouble()).ShouldBe([0, 0.75]);
    }

    [Fact]
    public void Owl_spreads_the_ratio_over_the_layers_also_of_a_method_without_calibration()
    {
        Prune("--method", "magnitude", "--sparsity", "0.5", "--layer-ratios", "owl", "--owl-m", "2", "--owl-lambda", "0.1");

        var ratios = Manifest().GetProperty("layerRatios").EnumerateArray().Select(ratio => ratio.GetDouble()).ToArray();
        ratios.Order().ShouldBe([0.4, 0.6], 1e-12);
        Manifest().GetProperty("calibration").GetProperty("samples").GetInt32().ShouldBe(8);
    }

    [Fact]
    public void Weights_of_2_4_can_be_stored_as_compressed_tensors_did()
    {
        Prune("--method", "wanda", "--sparsity", "2:4", "--format", "sparse-24-bitmask", "--exclude", "*.v_proj");

        var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(Out, "config.json"))).RootElement.GetProperty("quantization_config").GetProperty("sparsity_config");
        config.GetProperty("format").GetString().ShouldBe("sparse-24-bitmask");
        config.GetProperty("ignore")[0].GetString().ShouldBe("model.layers.0.self_attn.v_proj");
        Program.Refuse("inspect", "sparsity", "--model", Out).ShouldContain("quantization_config");
    }

    [Theory]
    [InlineData("--method wanda --sparsity 0.5 --exponent 2", "wanda has no option exponent; it belongs to ria.")]
    [InlineData("--method ria --sparsity 0.5 --exponent two", "Option exponent of ria is 'two'; a number from 0 to 100 was expected.")]
    [InlineData("--method ria --sparsity 0.5 --group rows", "Option group of ria is 'rows'; matrix or row was expected.")]
    [InlineData("--method ria --sparsity 0.5 --reallocate", "Option reallocate of ria deals inputs out to groups, and sparsity '0.5' has none. Use 2:4 or 4:8, or leave reallocate out.")]
    [InlineData("--method wanda --sparsity 2:4 --variant", "Sparsity '2:4' does not go with the variant of wanda, which compares whole rows. Use a ratio, or leave variant out.")]
    [InlineData("--method wanda", "wanda needs a sparsity: a ratio between 0 and 1 (0.5 or 50%) or n:m (2:4).")]
    [InlineData("--method masks", "masks needs --masks: a safetensors file of masks.")]
    [InlineData("--masks m --sparsity 0.5", "masks says by its own options how much goes. Leave the sparsity out.")]
    [InlineData("--method magnitude --sparsity 0.5 --true-sequential", "magnitude looks at no activations, so nothing can be calibrated in sequence. Leave true-sequential out.")]
    [InlineData("--method wanda --sparsity 2:4 --layer-ratios owl", "Ratios by layer need a sparsity that is a ratio, and '2:4' is none. Use 0.5 or the like, or leave layer-ratios out.")]
    [InlineData("--method wanda --sparsity 0.5 --owl-m 3", "Option owl-m belongs to layer-ratios owl. Give both, or leave owl-m out.")]
    [InlineData("--method wanda --sparsity 0.5 --include *.mpl.*",
        "Pattern '*.mpl.*' matches no linear of this model. Its linears are named like model.layers.0.self_attn.q_proj.weight, model.layers.1.mlp.down_proj.weight.")]
    [InlineData("--method wanda --sparsity 0.5 --format sparse-24-bitmask",
        "--format sparse-24-bitmask holds 2:4 weights, and the sparsity asked for is 0.5. Use --sparsity 2:4, or leave --format out.")]
    public void Refuses(string options, string sentence)
    {
        Program.Refuse(["prune", "--model", Model, "--calibration", Ids, "--out", Out, .. Words(options)]).ShouldBe(sentence);
        Directory.Exists(Out).ShouldBeFalse();
    }

    private static string[] Words(string options) => options.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private void Prune(params IReadOnlyList<string> options) => Program.Succeed(["prune", "--model", Model, "--calibration", Ids, "--out", Out, .. options]);

    private JsonElement Manifest() => JsonDocument.Parse(File.ReadAllText(Path.Combine(Out, "harness.json"))).RootElement;

    private IEnumerable<JsonElement> Linears() => Manifest().GetProperty("linears").EnumerateArray();
}
