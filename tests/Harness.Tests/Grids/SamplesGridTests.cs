using System.Text.Json;
using System.Text.Json.Nodes;
using Harness.Cli.Grids;
using Harness.Results;
using Harness.ZeroShot.Tasks;

namespace Harness.Tests.Grids;

/// <summary>The committed numbers of the embedded default are what this machine measures, and show what the papers show.</summary>
public sealed class SamplesGridTests
{
    private const string Name = "samples";
    private const string Trained = "c4"; // what LoRA is trained on
    private static readonly string Results = Repository.Path("results");
    private static readonly string[] Sparsities = ["0.5", "2:4"];
    private static readonly string[] Texts = ["wikitext2", "c4"];
    private static readonly string[] TwoChoices = ["boolq", "rte", "winogrande"];
    private static readonly Lazy<IReadOnlyList<CellRecord>> Committed = new(() => [.. new RecordStore(Path.Combine(Results, Name)).Load()]);

    public static TheoryData<string> Models => [.. GridCatalog.Load(Results, Name, GridWords.All).Models];

    [Theory]
    [MemberData(nameof(Models))]
    public void Committed_cells_run_again_within_the_tolerance(string model)
    {
        using var folder = new TemporaryFolder();
        WritePart(folder[Name], model);
        Program.Succeed(
            "grid", "run", Name, "--results", folder.Path, "--models", Repository.Path("samples", "models", model), "--data", Repository.Path("samples", "data"));

        var fresh = new RecordStore(folder[Name]).Load();
        var committed = Committed.Value.Where(record => fresh.Any(run => run.Cell == record.Cell)).ToArray();
        committed.Length.ShouldBe(2);
        GridCheck.Against(committed, fresh, GridCatalog.Load(Results, Name, GridWords.All).Tolerance).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Dense_models_answer_far_above_chance(string model)
    {
        foreach (var task in ChoiceTasks.Seven)
        {
            var (chance, above) = TwoChoices.Contains(task) ? (0.5, 0.25) : (0.25, 0.15);
            Dense(model, task).ShouldBeGreaterThan(chance + above, task);
        }

        Dense(model, ScoreTables.MeanTask).ShouldBeGreaterThan(0.7); // chance is 36 %
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_methods_stand_in_the_papers_order(string model)
    {
        foreach (var (sparsity, method) in from sparsity in Sparsities from method in (string[])["wanda", "sparsegpt"] select (sparsity, method))
        {
            foreach (var text in Texts)
            {
                var perplexity = Pruned(model, method, sparsity, text);
                perplexity.ShouldBeGreaterThan(1.03 * Dense(model, text), $"{method} {sparsity} {text}");
                (1.2 * perplexity).ShouldBeLessThan(Pruned(model, "magnitude", sparsity, text), $"{method} {sparsity} {text}");
            }

            var accuracy = Pruned(model, method, sparsity, ScoreTables.MeanTask);
            accuracy.ShouldBeLessThan(Dense(model, ScoreTables.MeanTask), $"{method} {sparsity}");
            accuracy.ShouldBeGreaterThan(Pruned(model, "magnitude", sparsity, ScoreTables.MeanTask), $"{method} {sparsity}");
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void LoRA_takes_back_part_of_what_is_lost(string model)
    {
        foreach (var (sparsity, method, text) in from sparsity in Sparsities from method in (string[])["magnitude", "wanda", "sparsegpt"] from text in Texts select (sparsity, method, text))
        {
            var (dense, pruned) = (Dense(model, text), Pruned(model, method, sparsity, text));
            var regained = (pruned - Pruned(model, method, sparsity, text, recovered: true)) / (pruned - dense);
            regained.ShouldBeInRange(text == Trained ? 0.2 : 0.05, 1, $"{method} {sparsity} {text}");
        }
    }

    private static double Dense(string model, string task) => Value(record => record.Cell.Model == model && record.Cell.Method.IsDense, task);

    private static double Pruned(string model, string method, string sparsity, string task, bool recovered = false) => Value(
        record => record.Cell.Model == model && record.Cell.Method.Name == method && record.Cell.Sparsity == Sparsity.Parse(sparsity) && record.Cell.Recovery is not null == recovered, task);

    private static double Value(Func<CellRecord, bool> isMeant, string task) =>
        Committed.Value.Single(isMeant).Scores.Single(score => score.Task == task && !score.Metric.StartsWith("acc_norm", StringComparison.Ordinal)).Value;

    /// <summary>The grid with two of its cells: the dense model and Wanda's half.</summary>
    private static void WritePart(string folder, string model)
    {
        var grid = JsonNode.Parse(File.ReadAllText(Path.Combine(Results, Name, "grid.json")), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;
        (grid["models"], grid["methods"], grid["sparsities"]) = (new JsonArray(model), new JsonArray("dense", "wanda"), new JsonArray("0.5"));
        grid.AsObject().Remove("recoveries");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "grid.json"), grid.ToJsonString());
    }
}
