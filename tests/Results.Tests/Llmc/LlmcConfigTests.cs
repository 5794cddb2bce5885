using Harness.Tests.Shared;

namespace Harness.Results.Tests;

public sealed class LlmcConfigTests
{
    /// <summary>The sample config of llmc for Wanda, with a file to calibrate on.</summary>
    private const string Sample = """
        {
          "base": { "seed": 42 },
          "model": { "type": "Llama", "path": "models/llama-2-7b", "torch_dtype": "auto" },
          "calib": { "name": "c4", "download": false, "path": "calib data path", "n_samples": 128, "bs": -1, "seq_len": 512, "preproc": "pileval_smooth", "seed": 42 },
          "eval": { "eval_pos": ["transformed"], "name": ["wikitext2", "c4"], "download": false, "path": "eval data path", "bs": 1, "seq_len": 2048 },
          "sparse": { "method": "Wanda", "weight": { "sparsity": 0.5 }, "sparsity_out": false },
          "save": { "save_fp": false, "save_lightllm": false, "save_path": "./save" }
        }
        """;

    [Fact]
    public void Reads_the_sample_of_llmc()
    {
        var config = Parse(Sample);

        (config.ModelPath, config.Model, config.Dtype).ShouldBe(("models/llama-2-7b", "llama-2-7b", null));
        (config.Method, config.Sparsity.ToString(), config.Propagate).ShouldBe(("wanda", "0.5", "dense"));
        config.Calibration.ShouldBe(new CalibrationPlan("c4", 128, 512, 42, "pileval_smooth"));
        (config.ScoresDense, config.ScoresPruned, config.SavePath).ShouldBe((false, true, null));
        config.Evaluations.ShouldBe([new EvaluationPlan("wikitext2", 2048, null), new EvaluationPlan("c4", 2048, null)]);
        config.Notes.ShouldBe(["eval.path (eval data path) is not read: wikitext2 and c4 come from --data."]);
    }

    [Theory]
    [InlineData("\"sparsity_out\": false", "\"sparsity_out\": true", "sequential")]
    [InlineData(", \"sparsity_out\": false", "", "dense")]
    public void Propagates_what_sparsity_out_says(string old, string changed, string expected) => Parse(Sample.Replace(old, changed)).Propagate.ShouldBe(expected);

    [Theory]
    [InlineData("auto", null)]
    [InlineData("torch.float16", "float16")]
    [InlineData("bfloat16", "bfloat16")]
    public void Computes_in_the_type_of_the_model_section(string given, string? expected) => Parse(Sample.Replace("auto", given)).Dtype.ShouldBe(expected);

    [Fact]
    public void Measures_the_dense_model_where_eval_pos_has_pretrain()
    {
        var config = Parse(Sample.Replace("[\"transformed\"]", "[\"pretrain\", \"transformed\"]").Replace("[\"wikitext2\", \"c4\"]", "\"wikitext2\""));

        (config.ScoresDense, config.ScoresPruned).ShouldBe((true, true));
        config.Evaluations.ShouldBe([new EvaluationPlan("wikitext2", 2048, null)]);
    }

    [Theory]
    [InlineData("save_trans")]
    [InlineData("save_fp")]
    public void Writes_the_checkpoint_where_llmc_would(string key) =>
        Parse(Sample.Replace("\"save_fp\": false", $"\"{key}\": true")).SavePath.ShouldBe(Path.Combine("./save", "transformed_model"));

    [Fact]
    public void Calibrates_on_the_file_at_path_where_there_is_one()
    {
        using var folder = new TemporaryFolder();
        var pile = folder.File("pile.jsonl");
        File.WriteAllText(pile, "");

        Parse(Sample.Replace("calib data path", pile).Replace("\"c4\", \"download\"", "\"pileval\", \"download\"")).Calibration.Corpus.ShouldBe(pile);
    }

    [Theory]
    [InlineData("pileval_omni", 1)]
    [InlineData("general", 42)]
    public void Draws_by_the_seed_that_llmc_would(string preproc, int seed)
    {
        var config = Parse(Sample.Replace("{ \"seed\": 42 }", "{ \"seed\": 1 }").Replace("pileval_smooth", preproc));

        config.Calibration.Seed.ShouldBe(seed);
        config.Notes.ShouldContain($"base.seed is 1 and calib.seed 42; llmc's {preproc} goes by {seed}.");
    }

    [Fact]
    public void Tells_everything_that_cannot_be_taken_over_at_once() => Snapshot.Match(Mistakes("""
        {
          "base": { "seed": 0, "sed": 1 },
          "model": { "type": "Llama", "path": "m", "torch_dtype": "torch.float61" },
          "calib": { "name": "pileval", "path": "nowhere", "n_samples": 0, "bs": 0, "preproc": "pileval_smoth", "load_from_txt": true, "type": "img" },
          "eval": { "eval_pos": ["transformd", "fake_quant_wo_kv"], "name": ["wikitxt2"], "type": "acc", "quant": {} },
          "sparse": { "method": "wanda", "weight": { "sparsity": 50, "n_prune_layers": 9 }, "sparsity_out": "no", "kvcache": {} },
          "quant": { "method": "Awq" },
          "save": { "save_trans": true, "save_fake": true, "save_vllm": false, "save_vlm": true },
          "overwrite": true
        }
        """));

    [Fact]
    public void Tells_everything_that_is_missing_at_once() => Snapshot.Match(Mistakes("""{ "model": {}, "calib": {}, "eval": {}, "sparse": { "weight": {} } }"""));

    [Fact]
    public void Asks_for_the_sections() => Mistakes("""{ "quant": { "method": "Awq" } }""").ShouldBe("""
        wanda.yml: quant: Quantisation is not done here. Leave it out.
        wanda.yml: model: Missing. Give the model's type and path.
        wanda.yml: sparse: Missing. Give the method and its sparsity.
        wanda.yml: calib: Missing. Give what to calibrate on.
        wanda.yml: eval: Missing. Give what to measure.
        """);

    [Theory]
    [InlineData("[\"transformed\"]")]
    [InlineData("[\"pretrain\"]")]
    [InlineData("[\"pretrain\", \"transformed\"]")]
    public void Becomes_a_grid(string positions)
    {
        var config = Parse(Sample.Replace("[\"transformed\"]", positions).Replace("\"auto\"", "\"float16\""));

        var grid = GridCatalog.Parse(LlmcGrid.Json(config, "wanda.yml"), "g", "grid.json", Words);

        grid.Title.ShouldBe("llama-2-7b, wanda 0.5 (llmc's wanda.yml)");
        grid.Models.ShouldBe(["llama-2-7b"]);
        grid.Methods.Select(row => row.Method.Name).ShouldBe([.. config.ScoresDense ? ["dense"] : Array.Empty<string>(), .. config.ScoresPruned ? ["wanda"] : Array.Empty<string>()]);
        grid.Cells().Count().ShouldBe(grid.Methods.Count);
        (grid.Calibration, grid.Propagate, grid.Dtype).ShouldBe((config.Calibration, "dense", "float16"));
        grid.Evaluations.ShouldBe(config.Evaluations);
    }

    private static LlmcConfig Parse(string json) => LlmcConfig.Parse(json, "wanda.yml", Words);

    private static GridVocabulary Words => GridTests.Words with { Preprocs = ["papers", "general", "pileval_omni", "pileval_smooth"] };

    private static string Mistakes(string json) => Should.Throw<InputException>(() => Parse(json)).Message;
}
