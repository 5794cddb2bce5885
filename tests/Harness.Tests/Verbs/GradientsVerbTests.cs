using System.Text.Json;
using Harness.Models.Checkpoints;

namespace Harness.Tests.Verbs;

public sealed class GradientsVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GradientsVerbTests()
    {
        new TinyLlama().Write(Model);
        SafetensorsText.WriteIds(Ids, [.. Enumerable.Range(0, 4 * 16).Select(i => (long)(i * 7 % 256))], 4, 16);
    }

    private string Model => _folder["model"];

    private string Ids => _folder["ids.safetensors"];

    private string Out => _folder["gradients.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Writes_both_statistics_of_every_linear_and_says_what_it_did()
    {
        var summary = Program.Succeed("gradients", "--model", Model, "--corpus", Ids, "--out", Out, "--json", _folder["gradients.json"]).TrimEnd('\n').Split('\n');

        summary[0].ShouldBe($"l1 and l2 of 14 linears, float16: {Out}");
        summary[1].ShouldBe("  samples      4 of 16 tokens, ids.safetensors");
        summary[2].ShouldMatch(@"^  mean loss    \d\.\d{4}$");
        using var file = SafetensorsFile.Open(Out);
        file.Header.Entries.Count.ShouldBe(28);
        file.Entry("l2.self_attn.k_proj_layer_1").ShouldSatisfyAllConditions(entry => entry.Type.ShouldBe(ElementType.Float16), entry => entry.Shape.ShouldBe([16, 32]));
        file.Header.Metadata!["samples"].ShouldBe("4");
        var result = JsonDocument.Parse(File.ReadAllText(_folder["gradients.json"])).RootElement;
        result.GetProperty("losses").GetArrayLength().ShouldBe(4);
        result.GetProperty("samples").GetProperty("length").GetInt32().ShouldBe(16);
        result.GetProperty("linears")[0].GetProperty("name").GetString().ShouldBe("self_attn.q_proj_layer_1");
        Directory.EnumerateFileSystemEntries(_folder.Path, "gradients.safetensors*").ShouldBe([Out]);
    }

    /// <summary>Small steps of single weights change the mean loss as the statistic of one sample says, scale and all.</summary>
    [Theory]
    [InlineData("model.layers.0.mlp.down_proj", 5)]
    [InlineData("model.layers.1.self_attn.q_proj", 40)]
    [InlineData("model.layers.0.self_attn.v_proj", 77)]
    public void Is_the_slope_of_the_loss(string linear, int element)
    {
        const float step = 5e-3f;
        SafetensorsText.WriteIds(Ids, [.. Enumerable.Range(0, 48).Select(i => (long)(i * i % 256))], 1, 48);
        var slope = Math.Abs(Loss(+step) - Loss(-step)) / (2 * step);

        Program.Succeed("gradients", "--model", Model, "--corpus", Ids, "--out", Out, "--scale", "10", "--store", "float32");

        using var scope = TorchSharp.torch.NewDisposeScope();
        using var file = SafetensorsFile.Open(Out);
        var parts = linear.Split('.', 4);
        foreach (var statistic in (string[])["l1", "l2"])
        {
            double found = file.Load($"{statistic}.{parts[3]}_layer_{parts[2]}").data<float>().ToArray()[element];
            found.ShouldBe(10 * slope, 0.02 * 10 * slope + 1e-5, statistic);
        }

        double Loss(float by)
        {
            var changed = new TinyLlama
            {
                Change = (name, values) =>
                {
                    if (name == $"{linear}.weight")
                    {
                        values[element] += by;
                    }
                },
            }.Write(_folder["changed"]);
            Program.Succeed("gradients", "--model", changed, "--corpus", Ids, "--out", _folder["other.safetensors"], "--json", _folder["loss.json"]);
            return JsonDocument.Parse(File.ReadAllText(_folder["loss.json"])).RootElement.GetProperty("losses")[0].GetDouble();
        }
    }

    [Fact]
    public void Pruning_by_them_needs_no_calibration()
    {
        Program.Succeed("gradients", "--model", Model, "--corpus", Ids, "--out", Out);
        Program.Succeed("prune", "--model", Model, "--method", "pruner-zero", "--sparsity", "2:4", "--gradients", Out, "--out", _folder["pruned"]);

        var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder["pruned"], "harness.json"))).RootElement;
        manifest.TryGetProperty("calibration", out _).ShouldBeFalse();
        manifest.GetProperty("achieved").GetProperty("linears").GetProperty("share").GetDouble().ShouldBe(0.5);
    }

    [Fact]
    public void Refuses_what_cannot_be()
    {
        Program.Refuse("gradients", "--model", Model, "--corpus", Ids, "--out", Out, "--scale", "0").ShouldBe("--scale is '0'; a number above 0 was expected.");
        SafetensorsText.WriteIds(Ids, [1, 2], 2, 1);
        Program.Refuse("gradients", "--model", Model, "--corpus", Ids, "--out", Out).ShouldBe("Samples of 1 token have no next token to predict. Use --length 2 or more.");
        Program.Refuse("prune", "--model", Model, "--method", "pruner-zero", "--sparsity", "0.5", "--out", _folder["pruned"]).ShouldBe(
            "The tree mul(abs(mul(W, W)), mms(G)) needs gradients. Give --gradients FILE, which harness gradients writes.");
        File.Exists(Out).ShouldBeFalse();
    }
}
