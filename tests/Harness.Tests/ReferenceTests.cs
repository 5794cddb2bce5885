using System.Text.Json;
using Harness.Models.Checkpoints;

namespace Harness.Tests;

/// <summary>The program against the reference pack: what a person compares is what the original implementations computed.</summary>
public sealed class ReferenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("magnitude", "0.5", "magnitude_0.5")]
    [InlineData("wanda", "0.5", "wanda_0.5")]
    [InlineData("wanda", "2:4", "wanda_2of4")]
    [InlineData("sparsegpt", "0.5", "sparsegpt_0.5")]
    public void Masks_are_those_of_the_original_code(string method, string sparsity, string name)
    {
        using var sampled = SafetensorsFile.Open(ReferencePack.Path("pruning", "sampling", "calibration_ids.safetensors"));
        var ids = SafetensorsText.WriteIds(_folder["ids.safetensors"], sampled.ReadInt64s("stories260k.c4.seed0.seq128"), 16, 128);
        Program.Succeed("prune", "--model", ReferencePack.Path("models", "stories260k"), "--method", method, "--sparsity", sparsity, "--calibration", ids, "--out", _folder["out"]);
        Program.Succeed("inspect", "sparsity", "--model", _folder["out"], "--masks", _folder["masks.safetensors"]);

        using var expected = SafetensorsFile.Open(ReferencePack.Path("pruning", "cases", "stories260k", $"{name}.safetensors"));
        using var masks = SafetensorsFile.Open(_folder["masks.safetensors"]);
        foreach (var entry in masks.Header.Entries)
        {
            Differing(masks.ReadBytes(entry.Name), expected.ReadBytes($"mask.{entry.Name["model.".Length..^".weight".Length]}")).ShouldBe(0, entry.Name);
        }
    }

    [Fact]
    public void Five_progressive_iterations_one_after_the_other_are_those_of_the_original_code()
    {
        using var sampled = SafetensorsFile.Open(ReferencePack.Path("pruning", "sampling", "calibration_ids.safetensors"));
        using var expected = SafetensorsFile.Open(ReferencePack.Path("pruning", "threetier", "stories260k.progressive.safetensors"));
        var ids = SafetensorsText.WriteIds(_folder["ids.safetensors"], sampled.ReadInt64s("stories260k.wikitext2.seed0.seq128"), 16, 128);
        var model = ReferencePack.Path("models", "stories260k");
        for (var iteration = 1; iteration <= 5; iteration++)
        {
            var output = _folder[$"{iteration}"];
            Program.Succeed("prune", "--model", model, "--method", "progressive", "--calibration", ids, "--out", output);
            Program.Succeed("inspect", "sparsity", "--model", output, "--masks", _folder["masks.safetensors"]);
            using var tiers = SafetensorsFile.Open(Path.Combine(output, "harness", "tiers.safetensors"));
            using var masks = SafetensorsFile.Open(_folder["masks.safetensors"]);
            foreach (var entry in tiers.Header.Entries)
            {
                var name = entry.Name["model.".Length..^".weight".Length];
                tiers.ReadBytes(entry.Name).ShouldBe(expected.ReadBytes($"it{iteration}.tier.{name}"), $"{iteration} {name}");
                Differing(masks.ReadBytes(entry.Name), expected.ReadBytes($"it{iteration}.mask.{name}")).ShouldBe(0, $"{iteration} {name}");
            }

            model = output;
        }
    }

    [Fact]
    public void Calibration_ids_are_those_of_the_original_code()
    {
        Program.Succeed(
            "inspect", "calibration", "--model", ReferencePack.Path("models", "stories260k"), "--data", ReferencePack.Path("data"),
            "--samples", "16", "--length", "128", "--out", _folder["ids.safetensors"]);

        using var expected = SafetensorsFile.Open(ReferencePack.Path("pruning", "sampling", "calibration_ids.safetensors"));
        using var drawn = SafetensorsFile.Open(_folder["ids.safetensors"]);
        drawn.ReadInt64s("input_ids").ShouldBe(expected.ReadInt64s("stories260k.c4.seed0.seq128"));
    }

    [Theory]
    [InlineData("stories260k")]
    [InlineData("tinystories-656k")]
    public void Perplexity_of_c4_is_that_of_the_original_code(string model)
    {
        var expected = Json(ReferencePack.Path("pruning", "ppl", "c4.json")).GetProperty("models").GetProperty(model);
        var windows = expected.GetProperty("windows").GetInt32();
        Program.Succeed(
            "score", "--model", ReferencePack.Path("models", model), "--tasks", "c4", "--data", ReferencePack.Path("data"),
            "--length", $"{expected.GetProperty("length").GetInt32()}", "--limit", $"{windows}", "--json", _folder["score.json"]);

        var score = Json(_folder["score.json"]).GetProperty("scores")[0];
        score.GetProperty("windows").GetInt32().ShouldBe(windows);
        var value = expected.GetProperty("ppl").GetDouble();
        score.GetProperty("value").GetDouble().ShouldBe(value, 1e-4 * value);
    }

    [Theory]
    [InlineData("stories260k", "stories260k")]
    [InlineData("tinystories-656k", "tinystories-656k")]
    public void Tokens_are_those_of_the_original_tokenizer(string cases, string model)
    {
        var file = ReferencePack.Path("tokenizers", cases, "cases.jsonl");
        Equal("ids", Program.Succeed("inspect", "tokens", "--model", ReferencePack.Path("models", model), "--file", file, "--json"));
        Equal("ids_no_special", Program.Succeed("inspect", "tokens", "--model", ReferencePack.Path("models", model), "--file", file, "--json", "--no-special"));

        void Equal(string key, string printed)
        {
            foreach (var (line, expected) in printed.TrimEnd('\n').Split('\n').Zip(File.ReadLines(file), (line, expected) => (Parse(line), Parse(expected))))
            {
                Numbers(line, "ids").ShouldBe(Numbers(expected, key), expected.GetProperty("text").GetString());
            }
        }
    }

    [Theory]
    [InlineData("llama-mha")]
    [InlineData("llama-gqa-tied")]
    [InlineData("opt-350m")]
    public void Logits_and_hidden_states_are_those_of_the_original_models(string family)
    {
        var folder = ReferencePack.Path("families", family);
        var path = Path.Combine(folder, "expected.safetensors");
        Program.Succeed("inspect", "logits", "--model", folder, "--ids", path, "--out", _folder["logits.safetensors"]);

        using var expected = SafetensorsFile.Open(path);
        using var computed = SafetensorsFile.Open(_folder["logits.safetensors"]);
        var tolerance = Json(Path.Combine(folder, "expected.json")).GetProperty("logits").GetProperty("suggested_abs_tolerance").GetDouble();
        foreach (var entry in computed.Header.Entries)
        {
            using var scope = TorchSharp.torch.NewDisposeScope();
            var difference = computed.Load(entry.Name).sub(expected.Load(entry.Name)).abs().max().item<float>();
            difference.ShouldBeLessThan((float)(entry.Name == "logits" ? tolerance : 10 * tolerance), entry.Name);
        }
    }

    private static JsonElement Json(string path) => Parse(File.ReadAllText(path));

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static int[] Numbers(JsonElement row, string key) => [.. row.GetProperty(key).EnumerateArray().Select(id => id.GetInt32())];

    private static int Differing(byte[] mask, byte[] packed) => mask.Index().Count(bit => (packed[bit.Index / 8] >> (bit.Index % 8) & 1) != bit.Item);
}
