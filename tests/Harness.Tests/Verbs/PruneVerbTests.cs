using System.Text.Json;

namespace Harness.Tests.Verbs;

public sealed class PruneVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PruneVerbTests()
    {
        Model = new TinyLlama().Write(_folder["model"]);
        Ids = SafetensorsText.WriteIds(_folder["ids.safetensors"], [.. Enumerable.Range(0, 8 * 16).Select(i => (long)(i * 7 % 256))], 8, 16);
    }

    private string Model { get; }

    private string Ids { get; }

    private string SmallIds => SafetensorsText.WriteIds(_folder["small.safetensors"], [.. Enumerable.Range(0, 8 * 16).Select(i => (long)(i * 7 % 112))], 8, 16);

    private string Out => _folder["out"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("wanda", "0.5", 7680)]
    [InlineData("wanda", "2:4", 7680)]
    [InlineData("magnitude", "4:8", 7680)]
    [InlineData("sparsegpt", "2:4", 7680)]
    [InlineData("wanda", "25%", 3840)]
    public void Leaves_as_many_zeros_as_asked_for(string method, string sparsity, long zeros)
    {
        Program.Succeed("prune", "--model", Model, "--method", method, "--sparsity", sparsity, "--calibration", Ids, "--out", Out);

        Directory.EnumerateFiles(Out).Select(file => Path.GetFileName(file)).Order().ShouldBe(["config.json", "harness.json", "model.safetensors", "tokenizer.json"]);
        Zeros(Program.Succeed("inspect", "sparsity", "--model", Out)).ShouldBe(zeros);
    }

    [Fact]
    public void Names_experts_that_few_tokens_reach()
    {
        string Summary(string name, params string[] more) => Program.Succeed(
            ["prune", "--model", ReferencePack.Path("families", "mixtral"), "--method", "wanda", "--sparsity", "0.5", "--calibration", SmallIds, "--out", _folder[name], .. more]);

        Summary("routed").ShouldContain("  few tokens       fewer than 128 calibration tokens reached ");
        Summary("satisfied", "--expert-tokens", "1").ShouldNotContain("few tokens");
        Summary("all", "--calibrate-all-experts").ShouldNotContain("few tokens");
        File.ReadAllText(_folder["routed/harness.json"]).ShouldContain("\"tokens\": ");
        File.ReadAllText(_folder["all/harness.json"]).ShouldNotContain("\"tokens\": ");
    }

    [Fact]
    public void Sums_up_what_it_did()
    {
        var summary = Program.Succeed("prune", "--model", Model, "--method", "wanda", "--sparsity", "0.5", "--calibration", Ids, "--out", Out);

        var lines = summary.TrimEnd('\n').Split('\n');
        lines[0].ShouldBe($"wanda 0.5: {Out}");
        lines[1].ShouldBe("  decoder linears  0.5000 (7680 of 15360 weights)");
        lines[2].ShouldBe("  whole model      0.2388 (7680 of 32160 weights)");
        lines[3].ShouldMatch(@"^  seconds          sample \d+\.\d\d, embed \d+\.\d\d, calibrate \d+\.\d\d, prune \d+\.\d\d, write \d+\.\d\d, propagate \d+\.\d\d, total \d+\.\d\d$");
        lines[4].ShouldMatch(@"^  peak memory      [\d.]+ [MG]B$");
    }

    [Fact]
    public void Writes_the_same_manifest_into_the_checkpoint_and_where_json_says()
    {
        Program.Succeed("prune", "--model", Model, "--method", "sparsegpt", "--sparsity", "0.5", "--calibration", Ids, "--propagate", "dense", "--out", Out, "--json", _folder["prune.json"]);

        var text = File.ReadAllText(_folder["prune.json"]);
        File.ReadAllText(Path.Combine(Out, "harness.json")).ShouldBe(text);
        var manifest = JsonDocument.Parse(text).RootElement;
        manifest.GetProperty("method").GetString().ShouldBe("sparsegpt");
        manifest.GetProperty("sparsity").GetString().ShouldBe("0.5");
        manifest.GetProperty("dtype").GetString().ShouldBe("float32");
        var calibration = manifest.GetProperty("calibration");
        calibration.GetProperty("corpus").GetString().ShouldBe("ids.safetensors");
        calibration.GetProperty("samples").GetInt32().ShouldBe(8);
        calibration.GetProperty("length").GetInt32().ShouldBe(16);
        calibration.GetProperty("propagate").GetString().ShouldBe("dense");
        calibration.TryGetProperty("seed", out _).ShouldBeFalse();
        calibration.GetProperty("ids").GetString().ShouldBe(ContentKey.OfIds([.. Enumerable.Range(0, 8 * 16).Select(i => i * 7 % 256)]));
        manifest.GetProperty("linears").GetArrayLength().ShouldBe(14);
        manifest.GetProperty("achieved").GetProperty("layers").GetArrayLength().ShouldBe(2);
        manifest.GetProperty("seconds").EnumerateObject().Select(stage => stage.Name).ShouldBe(["sample", "embed", "calibrate", "prune", "write", "total"]);
    }

    [Fact]
    public void Gives_the_same_bytes_every_time()
    {
        Program.Succeed("prune", "--model", Model, "--method", "sparsegpt", "--sparsity", "0.5", "--calibration", Ids, "--out", _folder["first"]);
        Program.Succeed("prune", "--model", Model, "--method", "sparsegpt", "--sparsity", "0.5", "--calibration", Ids, "--out", _folder["second"]);
        File.ReadAllBytes(_folder["second/model.safetensors"]).ShouldBe(File.ReadAllBytes(_folder["first/model.safetensors"]));
    }

    [Fact]
    public void Keeps_the_stored_type_unless_another_is_asked_for()
    {
        var brain = new TinyLlama { IsBFloat16 = true }.Write(_folder["brain"]);
        Program.Succeed("prune", "--model", brain, "--method", "magnitude", "--sparsity", "0.5", "--out", _folder["kept"]);
        Program.Succeed("prune", "--model", brain, "--method", "magnitude", "--sparsity", "0.5", "--dtype", "float32", "--out", _folder["widened"]);
        Program.Succeed("prune", "--model", Model, "--method", "wanda", "--sparsity", "0.5", "--calibration", Ids, "--dtype", "bfloat16", "--out", _folder["narrowed"]);

        Bytes("kept").ShouldBe(Bytes("brain"));
        Bytes("widened").ShouldBe(Bytes("model"));
        Bytes("narrowed").ShouldBe(Bytes("brain"));
        File.ReadAllText(_folder["widened/config.json"]).ShouldContain("\"torch_dtype\": \"float32\"");
        File.ReadAllText(_folder["narrowed/harness.json"]).ShouldContain("\"dtype\": \"bfloat16\"");
        long Bytes(string name) => JsonHeader.DataBytes(_folder[$"{name}/model.safetensors"]);
    }

    [Theory]
    [InlineData("notes.txt")]
    [InlineData("notes.jsonl")]
    public void Samples_from_a_file(string name)
    {
        var text = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"word{i}"));
        _folder.Write("notes.txt", text);
        _folder.Write("notes.jsonl", $$"""{"text": "{{text}}"}""" + "\n");
        Program.Succeed("prune", "--model", Model, "--method", "wanda", "--sparsity", "0.5", "--calibration", _folder[name], "--samples", "4", "--length", "32", "--seed", "7", "--out", Out);

        var calibration = JsonDocument.Parse(File.ReadAllText(_folder["out/harness.json"])).RootElement.GetProperty("calibration");
        calibration.GetProperty("corpus").GetString().ShouldBe(name);
        calibration.GetProperty("seed").GetString().ShouldBe("7");
    }

    [Fact]
    public void Says_that_magnitude_does_not_look_at_calibration()
    {
        var result = Program.Run("prune", "--model", Model, "--method", "magnitude", "--sparsity", "0.5", "--samples", "4", "--out", Out);
        result.Code.ShouldBe(0);
        result.Notes.ShouldContain("magnitude looks at no activations; what was said about calibration is not used.\n");
    }

    [Fact]
    public void Prints_a_memory_plan_first()
    {
        var result = Program.Run("prune", "--model", Model, "--method", "sparsegpt", "--sparsity", "0.5", "--calibration", Ids, "--out", Out);
        result.Notes.ShouldStartWith("Memory plan: 92.2 kB weights of a block + 16.4 kB hidden states + 513 kB statistics + 1.4 MB work.\n");
    }

    private static long Zeros(string table) =>
        long.Parse(table.Split('\n').Single(line => line.StartsWith("decoder linears")).Split("  ", StringSplitOptions.RemoveEmptyEntries)[2].Trim());
}
