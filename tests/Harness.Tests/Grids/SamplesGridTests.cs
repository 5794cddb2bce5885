using System.Text.Json;
using System.Text.Json.Nodes;
using Harness.Cli.Grids;
using Harness.Results;

namespace Harness.Tests.Grids;

/// <summary>The committed numbers of the embedded default are what this machine measures.</summary>
public sealed class SamplesGridTests
{
    private const string Name = "samples";
    private static readonly string Results = Repository.Path("results");

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
        var committed = new RecordStore(Path.Combine(Results, Name)).Load().Where(record => fresh.Any(run => run.Cell == record.Cell)).ToArray();
        committed.Length.ShouldBe(2);
        GridCheck.Against(committed, fresh, GridCatalog.Load(Results, Name, GridWords.All).Tolerance).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Pruning_hurts_and_SparseGPT_least(string model)
    {
        var records = new RecordStore(Path.Combine(Results, Name)).Load().Where(record => record.Cell.Model == model && record.Cell.Recovery is null).ToArray();
        foreach (var sparsity in (string[])["0.5", "2:4", "4:8"])
        {
            Perplexity("sparsegpt", sparsity).ShouldBeInRange(Perplexity("dense", "dense"), Math.Min(Perplexity("wanda", sparsity), Perplexity("magnitude", sparsity)));
        }

        double Perplexity(string method, string sparsity) => records.Single(record => record.Cell.Method.Name == method && record.Cell.Sparsity == Sparsity.Parse(sparsity))
            .Scores.Single(score => score.Task == "c4").Value;
    }

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
