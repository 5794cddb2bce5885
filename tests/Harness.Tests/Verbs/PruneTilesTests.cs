using System.Text.Json;
using Harness.Models.Checkpoints;

namespace Harness.Tests.Verbs;

/// <summary>Pruning by tiles: what lies beside the checkpoint, and one iteration after the other.</summary>
public sealed class PruneTilesTests : IDisposable
{
    private const string QProj = "model.layers.0.self_attn.q_proj.weight";

    private readonly TemporaryFolder _folder = new();

    public PruneTilesTests()
    {
        Model = new TinyLlama().Write(_folder["model"]);
        Ids = SafetensorsText.WriteIds(_folder["ids.safetensors"], [.. Enumerable.Range(0, 8 * 16).Select(i => (long)(i * 7 % 256))], 8, 16);
    }

    private string Model { get; }

    private string Ids { get; }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Leaves_the_tier_maps_beside_the_checkpoint()
    {
        var summary = Prune(Model, "out", "--method", "three-tier", "--block-size", "8");

        summary.ShouldContain("\n  theoretical      0.3688 (from the shares of the tiers)\n");
        using var maps = SafetensorsFile.Open(_folder["out/harness/tiers.safetensors"]);
        maps.Header.Entries.Count.ShouldBe(14);
        maps.Entry(QProj).Shape.ShouldBe([4, 4]);
        maps.Entry("model.layers.1.mlp.down_proj.weight").Shape.ShouldBe([4, 6]);
        maps.Header.Metadata.ShouldBe(new Dictionary<string, string> { ["method"] = "three-tier", ["block_size"] = "8" });
        var manifest = JsonDocument.Parse(File.ReadAllText(_folder["out/harness.json"])).RootElement;
        manifest.GetProperty("sparsity").GetString().ShouldBe("own");
        var facts = manifest.GetProperty("linears")[0].GetProperty("facts");
        facts.EnumerateObject().Select(fact => fact.Name).ShouldBe(["theoretical", "tiles.dense", "tiles.2:4", "tiles.topk"]);
        maps.ReadBytes(QProj).Count(tier => tier == 3).ShouldBe(facts.GetProperty("tiles.topk").GetInt32());
    }

    [Fact]
    public void Theoretical_sparsity_counts_linears_that_stay_dense() =>
        Prune(Model, "out", "--method", "three-tier", "--block-size", "8", "--top-k", "16", "--include", "*.mlp.*").ShouldContain("\n  theoretical      0.2100 (from the shares of the tiers)\n");

    [Fact]
    public void Another_pruning_leaves_old_maps_behind()
    {
        Prune(Model, "tiles", "--method", "block", "--sparsity", "0.25");
        Prune(_folder["tiles"], "out", "--method", "magnitude", "--sparsity", "0.5");
        File.Exists(_folder["tiles/harness/tiers.safetensors"]).ShouldBeTrue();
        File.Exists(_folder["out/harness/tiers.safetensors"]).ShouldBeFalse();
    }

    [Fact]
    public void Progressive_goes_on_from_its_own_output_to_the_end_of_the_schedule()
    {
        var model = Model;
        for (var iteration = 1; iteration <= 5; iteration++)
        {
            Progressive(model, $"{iteration}");
            model = _folder[$"{iteration}"];
            using var maps = SafetensorsFile.Open(Path.Combine(model, "harness/tiers.safetensors"));
            maps.Header.Metadata!["iteration"].ShouldBe($"{iteration}");
            File.ReadAllText(Path.Combine(model, "harness.json")).ShouldContain($"\"iteration\": {iteration}");
        }

        Refuse(model).ShouldBe("Iteration 6 is not in the authors' schedule, which has iterations 1 to 5. Give --iteration, or a longer --schedule.");
    }

    [Fact]
    public void Progressive_refuses_what_it_cannot_go_on_from()
    {
        var first = _folder["first"];
        var map = _folder["first/harness/tiers.safetensors"];
        Progressive(Model, "first");
        Prune(Model, "tiers", "--method", "three-tier", "--block-size", "8");
        var larger = new TinyLlama { Intermediate = 64 }.Write(_folder["larger"]);

        Refuse(Model, "--iteration", "2").ShouldBe(
            $"Iteration 2 goes on from the tier map of iteration 1, and {Path.Combine(Model, "harness/tiers.safetensors")} does not exist. Prune the output of that iteration, or give --tier-map FILE.");
        Refuse(first, "--iteration", "1").ShouldBe(
            $"{map} is the tier map of iteration 1, which iteration 2 goes on from; iteration 1 was asked for. Leave --iteration out, or prune another model.");
        Refuse(first, "--block-size", "16").ShouldBe($"{map} holds maps of tiles of 8×8, and tiles of 16×16 were asked for. Use --block-size 8.");
        Refuse(_folder["tiers"]).ShouldBe(
            $"{_folder["tiers/harness/tiers.safetensors"]} is a tier map of three-tier, and progressive goes on from its own only. Start from a dense model.");
        Refuse(larger, "--tier-map", map).ShouldBe(
            $"{map}: the tier map model.layers.0.mlp.gate_proj.weight is U8 [6, 4]; a weight of [64, 32] in tiles of 8×8 needs U8 [8, 4]. Is it from this model?");
        Refuse(Model, "--tier-map", map).ShouldMatch($@"^Layer 0: In {map}, tile \(\d, \d\) of {QProj} is 2:4 and its weights are not\. Give the map that was written with this model\.$");
        Progressive(Model, "mlp", "--include", "*.mlp.*");
        Refuse(_folder["mlp"]).ShouldBe(
            $"{_folder["mlp/harness/tiers.safetensors"]} holds no tier map named {QProj}. Tier maps are named as the weights, one for each pruned linear.");
        Progressive(_folder["mlp"], "mlp2", "--include", "*.mlp.*");
    }

    private string Prune(string model, string output, params string[] options) =>
        Program.Succeed(["prune", "--model", model, "--calibration", Ids, "--out", _folder[output], .. options]);

    private void Progressive(string model, string output, params string[] options) => Prune(model, output, ["--method", "progressive", .. Sized(options)]);

    private string Refuse(string model, params string[] options) =>
        Program.Refuse(["prune", "--model", model, "--method", "progressive", "--calibration", Ids, "--out", _folder["refused"], .. Sized(options)]);

    private static string[] Sized(string[] options) => options.Contains("--block-size") ? options : ["--block-size", "8", .. options];
}
