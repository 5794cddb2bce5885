using Harness.Tests.Shared;

namespace Harness.Results.Tests;

public class GridTests
{
    internal static readonly GridVocabulary Words = new()
    {
        Methods = new Dictionary<string, MethodWords>
        {
            ["magnitude"] = new([]),
            ["wanda"] = new(["variant", "alpha"]),
            ["sparsegpt"] = new(["damping"], (method, sparsity) => sparsity.IsStructured && 128 % sparsity.Group != 0
                ? $"Sparsity '{sparsity}' is not supported by {method.Name}: groups of {sparsity.Group} do not divide its block of 128 columns. Use 2:4, 4:8 or a ratio."
                : null),
        },
        Recoveries = new Dictionary<string, RecoveryWords>
        {
            ["lora"] = new(["steps", "rank"], recovery => recovery.Options.GetValueOrDefault("rank") == "0" ? "Option 'rank' is 0; expected a whole number from 1 on." : null),
            ["full"] = new(["steps"]),
        },
        Tasks = ["wikitext2", "c4"],
        ChoiceTasks = ["boolq", "rte", "hellaswag", "winogrande", "arc_easy", "arc_challenge", "openbookqa", "piqa"],
        TaskGroups = new Dictionary<string, IReadOnlyList<string>> { ["zero-shot"] = ["boolq", "rte", "hellaswag", "winogrande", "arc_easy", "arc_challenge", "openbookqa"] },
        Protocols = ["lmeval-v0", "lmeval-0.4"],
        Corpora = ["c4", "wikitext2"],
        Preprocs = ["papers", "pileval_smooth"],
        Propagations = ["sequential", "dense"],
        Dtypes = ["float32", "bfloat16", "float16"],
    };

    [Fact]
    public void Reads_every_axis_and_the_protocol()
    {
        var grid = Parse("""
            {
              "title": "A grid",
              "models": ["tiny"], // comments are fine, and so is the comma at the end
              "methods": ["dense", { "name": "wanda", "variant": true, "alpha": 0.30, "label": "wanda*" }],
              "sparsities": [0.5, "2:4"],
              "calibration": { "corpus": "wikitext2", "samples": 16, "length": 512, "seed": 7 },
              "propagate": "dense",
              "dtype": "float32",
              "evaluations": [{ "task": "wikitext2", "length": 1024, "limit": 20 }, "c4"],
              "tolerance": { "relative": 0.02 },
            }
            """);

        (grid.Name, grid.Title, grid.Propagate, grid.Dtype).ShouldBe(("made-up", "A grid", "dense", "float32"));
        grid.Models.ShouldBe(["tiny"]);
        var wanda = new Method("wanda", [new("variant", "true"), new("alpha", "0.3")]);
        grid.Methods.ShouldBe([new GridMethod(Method.Dense, "dense"), new GridMethod(wanda, "wanda*")]);
        grid.Sparsities.ShouldBe([Sparsity.Parse("0.5"), Sparsity.Parse("2:4")]);
        grid.Calibration.ShouldBe(new CalibrationPlan("wikitext2", 16, 512, 7));
        grid.Evaluations.ShouldBe([new EvaluationPlan("wikitext2", 1024, 20), new EvaluationPlan("c4", null, null)]);
        grid.Tolerance.ShouldBe(new Tolerance(0.02, 0));
    }

    [Theory]
    [InlineData("""{ "corpus": "notes/pile.jsonl", "preproc": "pileval_smooth" }""", "notes/pile.jsonl", "pileval_smooth")]
    [InlineData("""{ "corpus": "pile.parquet", "preproc": "papers" }""", "pile.parquet", null)]
    public void Calibrates_on_a_file_and_by_a_rule(string calibration, string corpus, string? preproc) =>
        Parse($$"""{ "title": "t", "methods": ["dense"], "evaluations": ["wikitext2"], "calibration": {{calibration}} }""").Calibration.ShouldBe(
            new CalibrationPlan(corpus, 128, null, 0, preproc));

    [Fact]
    public void Refuses_corpora_and_rules_that_are_not_known() =>
        Should.Throw<InputException>(() => Parse("""
            { "title": "t", "methods": ["dense"], "evaluations": ["wikitext2"], "calibration": { "corpus": "wikitxt2", "preproc": "pileval_smoth" } }
            """)).Message.ShouldBe(
            "grid.json: calibration.corpus: Unknown corpus 'wikitxt2'. Did you mean 'wikitext2'? Known: c4, the path of a file, wikitext2.\n"
            + "grid.json: calibration.preproc: Unknown preproc 'pileval_smoth'. Did you mean 'pileval_smooth'? Known: papers, pileval_smooth.");

    [Fact]
    public void Falls_back_on_the_papers_protocol()
    {
        var grid = Parse("""{ "title": "t", "methods": ["dense"], "evaluations": ["wikitext2"] }""");

        grid.Calibration.ShouldBe(new CalibrationPlan("c4", 128, null, 0));
        (grid.Propagate, grid.Dtype, grid.Tolerance).ShouldBe(("sequential", null, Tolerance.Exact));
        grid.Models.ShouldBeEmpty();
    }

    [Fact]
    public void Reads_tasks_with_choices_and_their_group()
    {
        Parse("""{ "title": "t", "methods": ["dense"], "evaluations": ["c4", { "task": "piqa", "limit": 100, "length": 512 }, { "task": "piqa", "protocol": "lmeval-0.4" }] }""")
            .Evaluations.ShouldBe([new("c4", null, null), new("piqa", 512, 100, "lmeval-v0"), new("piqa", null, null, "lmeval-0.4")]);

        var group = Parse("""{ "title": "t", "methods": ["dense"], "evaluations": [{ "task": "zero-shot", "limit": 5 }] }""").Evaluations;
        group.Select(plan => plan.Task).ShouldBe(Words.TaskGroups["zero-shot"]);
        group.ShouldAllBe(plan => plan.Limit == 5 && plan.Length == null && plan.Protocol == "lmeval-v0");
    }

    [Fact]
    public void Has_one_dense_cell_per_model_and_a_cell_per_method_and_sparsity()
    {
        var grid = Parse("""{ "title": "t", "methods": ["dense", "magnitude", "wanda"], "sparsities": ["50%", "2:4"], "evaluations": ["c4"] }""");

        grid.Cells(["a", "b"]).Select(cell => cell.ToString()).ShouldBe([
            "a dense", "a magnitude 0.5", "a magnitude 2:4", "a wanda 0.5", "a wanda 2:4",
            "b dense", "b magnitude 0.5", "b magnitude 2:4", "b wanda 0.5", "b wanda 2:4"]);
    }

    [Fact]
    public void Has_a_cell_per_recovery_but_one_dense_cell()
    {
        var grid = Parse("""
            { "title": "t", "methods": ["dense", "wanda"], "sparsities": ["0.5", "2:4"], "evaluations": ["c4"],
              "recoveries": [{ "name": "none" }, { "name": "lora", "rank": 8, "steps": 1e2 }, { "name": "full", "label": "all weights" }] }
            """);

        grid.Cells(["a"]).Select(cell => cell.ToString()).ShouldBe([
            "a dense", "a wanda 0.5", "a wanda 0.5 + lora rank=8 steps=100", "a wanda 0.5 + full", "a wanda 2:4", "a wanda 2:4 + lora rank=8 steps=100", "a wanda 2:4 + full"]);
        grid.Rows.Select(row => row.Label).ShouldBe(["dense", "wanda", "wanda + lora rank=8 steps=100", "wanda + all weights"]);
    }

    [Fact]
    public void Scores_nothing_as_pruned_where_only_recoveries_are_listed() =>
        Parse("""{ "title": "t", "methods": ["dense", "wanda"], "sparsities": ["0.5"], "evaluations": ["c4"], "recoveries": ["full"] }""")
            .Cells(["a"]).Select(cell => cell.ToString()).ShouldBe(["a dense", "a wanda 0.5 + full"]);

    [Fact]
    public void Reports_every_mistake_in_recoveries() =>
        Mistakes("""
            { "title": "t", "methods": ["wanda"], "sparsities": ["0.5"], "evaluations": ["c4"],
              "recoveries": ["none", { "name": "none" }, "lore", { "name": "lora", "rnk": 8 }, { "name": "lora", "rank": 0 }, 3,
                             { "name": "full", "label": "b" }, { "name": "full", "steps": 5, "label": "b" }] }
            """).Split('\n').ShouldBe([
            "grid.json: recoveries[1]: This recovery is listed twice. Keep one.",
            "grid.json: recoveries[2]: Unknown recovery 'lore'. Did you mean 'lora'? Known: full, lora, none.",
            "grid.json: recoveries[3]: Unknown key 'rnk'. Did you mean 'rank'? Known: label, name, rank, steps.",
            "grid.json: recoveries[4]: Option 'rank' is 0; expected a whole number from 1 on.",
            "grid.json: recoveries[5]: Found 3; expected a recovery's name in quotes, or an object with \"name\" and its options.",
            "grid.json: recoveries: Two recoveries are labelled 'b'. Give one another \"label\".",
        ]);

    [Fact]
    public void Refuses_to_recover_what_was_not_pruned() =>
        Mistakes("""{ "title": "t", "methods": ["dense"], "evaluations": ["c4"], "recoveries": ["none", "lora"] }""")
            .ShouldBe("grid.json: recoveries: Only pruned models are recovered, and no method here prunes. List one, or leave \"recoveries\" out.");

    [Fact]
    public void Reports_five_mistakes_as_five() => Snapshot.Match(Mistakes("""
        {
          "title": "five mistakes",
          "methods": ["dense", "magnitude", "wnda"],
          "sparsities": ["0.5", "1.5"],
          "calibration": { "corpus": "c4", "sample": 16 },
          "evaluations": ["wikitext2", "wikitext3"],
          "propagate": true
        }
        """));

    [Fact]
    public void Reports_every_kind_of_mistake() => Snapshot.Match(Mistakes("""
        {
          "modles": ["a"],
          "models": ["a", "b", "a", ""],
          "methods": ["dense", "dense", 3, { "label": "x" }, { "name": "wanda", "varient": true }, { "name": "wanda", "variant": [1] },
                      { "name": "dense", "variant": true }, { "name": "magnitude", "label": "wanda" }, { "name": "wanda", "label": "wanda" }, "sparsegpt"],
          "sparsities": ["0.5", "50%", "dense", "2:3", null],
          "calibration": { "corpus": "c5", "samples": 0, "length": 16.5, "seed": -1 },
          "propagate": "parallel",
          "dtype": "fp32",
          "dtype": "float32",
          "evaluations": [{ "task": "c4", "length": 256 }, { "task": "c4", "length": 256, "limit": 8 }, { "length": 1 }, "piqua",
                          { "task": "c4", "protocol": "lmeval-v0" }, { "task": "rte", "protocol": "lmeval-v1" }, "zero-shot", "boolq"],
          "tolerance": { "relativ": 0.1, "absolute": "none" }
        }
        """));

    [Theory]
    [InlineData("[]", "grid.json: Found []; expected an object in braces.")]
    [InlineData("{ \"title\": \"t\"\n  \"methods\": [] }", "grid.json: line 2, column 3: This is not JSON. Look for a missing comma, quote or bracket just before.")]
    [InlineData("", "grid.json: line 1, column 1: This is not JSON. Look for a missing comma, quote or bracket just before.")]
    public void Refuses_what_is_no_object(string json, string sentence) => Mistakes(json).ShouldBe(sentence);

    [Fact]
    public void Asks_for_the_columns_where_a_method_prunes() =>
        Mistakes("""{ "title": "t", "methods": ["wanda"], "evaluations": ["c4"] }""")
            .ShouldBe("grid.json: sparsities: Missing. Give the columns, such as [\"0.5\", \"2:4\"].");

    private static Grid Parse(string json) => GridCatalog.Parse(json, "made-up", "grid.json", Words);

    private static string Mistakes(string json) => Should.Throw<InputException>(() => Parse(json)).Message;
}
