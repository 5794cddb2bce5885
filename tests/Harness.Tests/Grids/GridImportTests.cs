using System.Text.Json;

namespace Harness.Tests.Grids;

/// <summary>harness grid import: an llmc config as it is.</summary>
public sealed class GridImportTests : IDisposable
{
    private readonly TinyGrid _place = new("0.5");
    private readonly TemporaryFolder _folder = new();

    private string Pile => _folder.Write("pile.jsonl", string.Join('\n', Enumerable.Range(0, 10).Select(row => $$"""{"text": "{{new string((char)('a' + row), 5 * row)}}"}""")));

    public void Dispose()
    {
        _folder.Dispose();
        _place.Dispose();
    }

    [Theory]
    [InlineData("pileval_smooth", "False")]
    [InlineData("pileval_awq", "True")]
    public void Gives_the_numbers_of_prune_and_score_by_hand(string preproc, string sparsityOut)
    {
        var printed = Import(preproc, sparsityOut);

        Program.Succeed(Words(printed, "harness grid run", "--data", _place.Data));
        Program.Succeed([.. Words(printed, "harness prune")]);
        Program.Succeed("score", "--model", _folder["save/transformed_model"], "--tasks", "c4", "--length", "32", "--data", _place.Data, "--json", _folder["score.json"]);
        var record = Json(Path.Combine(_place.Results, "pile", "cells", "tiny.wanda.0.5.json"));
        var (inGrid, byHand) = (record.GetProperty("scores")[0], Json(_folder["score.json"]).GetProperty("scores")[0]);
        inGrid.GetProperty("metric").GetString().ShouldBe("ppl.token@32");
        inGrid.GetProperty("value").GetDouble().ShouldBe(byHand.GetProperty("value").GetDouble());
        inGrid.GetProperty("ids").GetString().ShouldBe(byHand.GetProperty("ids").GetString());
        var (protocol, manifest) = (record.GetProperty("protocol").GetProperty("calibration"), Json(_folder["save/transformed_model/harness.json"]).GetProperty("calibration"));
        foreach (var key in new[] { "corpus", "preproc", "samples", "length", "propagate", "data", "ids" })
        {
            protocol.GetProperty(key).ToString().ShouldBe(manifest.GetProperty(key).ToString(), key);
        }

        File.Exists(Path.Combine(_place.Results, "pile", "cells", "tiny.dense.json")).ShouldBeTrue();
    }

    [Fact]
    public void Prints_what_to_run_next() => Import("pileval_smooth", "False").Replace(_folder.Path, "F").Replace(_place.Model, "M").Replace(_place.Results, "R").ShouldBe("""
        Written: R/pile/grid.json
        Run it:
          harness grid run pile --results R --models M
        Write the pruned checkpoint (save_trans):
          harness prune --model M --method wanda --sparsity 0.5 --calibration F/pile.jsonl --preproc pileval_smooth --samples 6 --length 24 --seed 42 --propagate dense --out F/save/transformed_model

        """);

    [Fact]
    public void Never_overwrites_a_grid()
    {
        Import("pileval_smooth", "False");

        Program.Refuse("grid", "import", _folder["wanda.yml"], "--name", "pile", "--results", _place.Results).ShouldBe(
            $"{Path.Combine(_place.Results, "pile", "grid.json")} already exists. Choose another --name or remove it.");
    }

    [Fact]
    public void Tells_every_mistake_and_writes_nothing()
    {
        var file = Config("pileval_smooth", "False", "quant:\n    method: Awq\nevals: True\n");

        var result = Program.Run("grid", "import", file, "--results", _place.Results);

        result.Code.ShouldBe(2);
        result.Notes.ShouldBe($"harness: {file}: quant: Quantisation is not done here. Leave it out.\n{file}: Unknown key 'evals'. Did you mean 'eval'? Known: base, calib, eval, model, save, sparse.\n");
        Directory.Exists(Path.Combine(_place.Results, "wanda")).ShouldBeFalse();
    }

    [Fact]
    public void Refuses_a_text_to_calibrate_on()
    {
        var file = Config("pileval_smooth", "False");
        File.WriteAllText(file, File.ReadAllText(file).Replace("pile.jsonl", "pile.txt"));
        _folder.Write("pile.txt", "a text");

        Program.Refuse("grid", "import", file, "--results", _place.Results).ShouldBe(
            $"calib.path {_folder["pile.txt"]} holds no rows. Give a file of rows (.jsonl, .json.gz, .parquet, .arrow) or a folder that datasets.save_to_disk has written.");
    }

    [Fact]
    public void Refuses_a_name_with_folders() =>
        Program.Refuse("grid", "import", Config("pileval_smooth", "False"), "--name", "../x", "--results", _place.Results).ShouldBe(
            "'../x' cannot name a grid: it is a folder under results/. Give --name one plain word.");

    private string Import(string preproc, string sparsityOut) => Program.Succeed("grid", "import", Config(preproc, sparsityOut), "--name", "pile", "--results", _place.Results);

    private string Config(string preproc, string sparsityOut, string more = "") => _folder.Write("wanda.yml", $"""
        base:
            seed: &seed 42
        model:
            type: Llama
            path: {_place.Model}
            tokenizer_mode: slow
            torch_dtype: auto
        calib:
            name: pileval
            download: False
            path: {Pile}
            n_samples: 6
            bs: -1
            seq_len: 24
            preproc: {preproc}
            seed: *seed
        eval:
            eval_pos: [pretrain, transformed]
            name: c4
            download: True
            bs: 1
            seq_len: 32
        sparse:
            method: Wanda
            weight:
                sparsity: 0.5
            sparsity_out: {sparsityOut}
        save:
            save_trans: True
            save_path: {_folder["save"]}
        {more}
        """);

    /// <summary>The words of the printed command that begins so, without the program's name.</summary>
    private static string[] Words(string printed, string command, params string[] more) =>
        [.. printed.Split('\n').Single(line => line.Trim().StartsWith(command, StringComparison.Ordinal)).Trim().Split(' ')[1..], .. more];

    private static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;
}
