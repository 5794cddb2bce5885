using System.Text.Json;

namespace Harness.Tests.Verbs;

/// <summary>--preproc: calibration samples by llmc's rules.</summary>
public sealed class PreprocTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PreprocTests()
    {
        new TinyLlama().Write(Model);
        _folder.Write("notes.jsonl", string.Join('\n', Enumerable.Range(0, 10).Select(row => $$"""{"text": "{{new string((char)('a' + row), 3 * row)}}"}""")));
    }

    private string Model => _folder["model"];

    private string[] Smooth => ["--calibration", _folder["notes.jsonl"], "--preproc", "pileval_smooth", "--samples", "4", "--length", "18"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("wanda")]
    [InlineData("sparsegpt")]
    public void Prune_calibrates_on_samples_of_several_lengths_and_says_how_they_were_made(string method)
    {
        Program.Succeed(["prune", "--model", Model, "--method", method, "--sparsity", "0.5", .. Smooth, "--out", _folder["out"], "--json", _folder["prune.json"]]);

        var calibration = JsonDocument.Parse(File.ReadAllText(_folder["prune.json"])).RootElement.GetProperty("calibration");
        calibration.GetProperty("preproc").GetString().ShouldBe("pileval_smooth");
        (calibration.GetProperty("samples").GetInt32(), calibration.GetProperty("length").GetInt32()).ShouldBe((4, 18));
        calibration.GetProperty("ids").GetString().ShouldBe(ContentKey.OfIds([.. Sample(5), .. Sample(6), .. Sample(0), .. Sample(7), 16, 18, 1, 18]));
    }

    [Fact]
    public void Inspect_shows_where_samples_are_from()
    {
        var text = Program.Succeed(["inspect", "calibration", "--model", Model, .. Smooth]);

        text.ShouldContain("2       0         1       0      0\n");
        text.ShouldContain("notes.jsonl: 4 samples of 1 to 18 tokens, ids ");
        Program.Refuse(["inspect", "calibration", "--model", Model, .. Smooth, "--out", _folder["ids.safetensors"]]).ShouldBe(
            "--out needs samples of one length; these have 1 to 18 tokens. Choose another --preproc, txt_general_preproc for example.");
    }

    [Fact]
    public void Gradients_need_samples_of_one_length()
    {
        Program.Run(["gradients", "--model", Model, "--corpus", .. Smooth[1..], "--out", _folder["g.safetensors"]]).Notes.ShouldEndWith(
            "harness: gradients needs samples of one length; these have 1 to 18 tokens. Choose another --preproc, txt_general_preproc for example.\n");

        Program.Succeed("gradients", "--model", Model, "--corpus", _folder["notes.jsonl"], "--preproc", "txt_general_preproc", "--length", "20", "--out", _folder["g.safetensors"], "--json", _folder["g.json"]);
        JsonDocument.Parse(File.ReadAllText(_folder["g.json"])).RootElement.GetProperty("samples").GetProperty("preproc").GetString().ShouldBe("txt_general_preproc");
    }

    [Fact]
    public void Tells_when_a_corpus_gives_fewer_samples()
    {
        var result = Program.Run(
            "prune", "--model", Model, "--method", "wanda", "--sparsity", "0.5", "--calibration", _folder["notes.jsonl"], "--preproc", "txt_general_preproc", "--length", "20", "--out", _folder["out"]);

        result.Notes.ShouldContain("notes.jsonl gives 3 samples by txt_general_preproc; 128 were asked for.");
    }

    [Fact]
    public void Refuses_a_rule_for_given_ids()
    {
        var ids = SafetensorsText.WriteIds(_folder["ids.safetensors"], [.. Enumerable.Range(0, 16).Select(id => (long)id)], 2, 8);

        Program.Refuse("inspect", "calibration", "--model", Model, "--calibration", ids, "--preproc", "pileval_awq").ShouldBe(
            $"--preproc belongs to sampling; {ids} holds the samples themselves. Leave --preproc out.");
    }

    [Fact]
    public void Names_the_nearest_rule() =>
        Program.Refuse("inspect", "calibration", "--model", Model, "--calibration", _folder["notes.jsonl"], "--preproc", "pileval_smoth").ShouldStartWith(
            "Unknown preproc 'pileval_smoth'. Did you mean 'pileval_smooth'?");

    /// <summary>What the tokenizer of bytes makes of a row, cut to 18 tokens.</summary>
    private static IEnumerable<int> Sample(int row) => Enumerable.Repeat('a' + row, 3 * row).Prepend(TinyLlama.BosId).Take(18);
}
