using System.Text.Json;
using Harness.Models.Checkpoints;

namespace Harness.Tests.Verbs.Inspect;

public sealed class InspectVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public InspectVerbTests() => new TinyLlama().Write(Model);

    private string Model => _folder["model"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sparsity_counts_zeros_and_writes_masks()
    {
        // every row: 3 of 4 consecutive inputs, but for one row with four kept
        new TinyLlama
        {
            Change = (name, values) =>
            {
                for (var i = 0; i < values.Length && name.EndsWith("k_proj.weight"); i++)
                {
                    values[i] = i % 4 == 0 || (i < 4 && name.StartsWith("model.layers.1.")) ? 1 : 0;
                }
            },
        }.Write(Model);

        var table = Program.Succeed("inspect", "sparsity", "--model", Model, "--masks", _folder["masks.safetensors"], "--json", _folder["sparsity.json"]);

        Cells(table, "model.layers.0.self_attn.k_proj.weight").ShouldBe(["[16, 32]", "384", "0.7500", "yes", "yes"]);
        Cells(table, "model.layers.1.self_attn.k_proj.weight").ShouldBe(["[16, 32]", "381", "0.7441", "no", "no"]);
        Cells(table, "block 1").ShouldBe(["7680", "381", "0.0496"]);
        Cells(table, "decoder linears").ShouldBe(["15360", "765", "0.0498"]);
        Cells(table, "whole model").ShouldBe(["32160", "765", "0.0238"]);
        using var masks = SafetensorsFile.Open(_folder["masks.safetensors"]);
        masks.Header.Entries.Count.ShouldBe(14);
        masks.Entry("model.layers.0.self_attn.k_proj.weight").ShouldSatisfyAllConditions(
            entry => entry.Type.ShouldBe(ElementType.UInt8),
            entry => entry.Shape.ShouldBe([16, 32]));
        masks.ReadBytes("model.layers.1.self_attn.k_proj.weight")[..8].ShouldBe(new byte[] { 1, 1, 1, 1, 1, 0, 0, 0 });
        var report = JsonDocument.Parse(File.ReadAllText(_folder["sparsity.json"])).RootElement;
        report.GetProperty("whole").GetProperty("zeros").GetInt64().ShouldBe(765);
        report.GetProperty("linears")[1].GetProperty("is2Of4").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void Tokens_lists_ids_and_tokens() =>
        Program.Succeed("inspect", "tokens", "--model", Model, "--file", _folder.Write("a.txt", "a b\n")).ShouldBe(
            "position  id   token\n0         256  <s>\n1         97   a\n2         32   Ġ\n3         98   b\n4         10   Ċ\n");

    [Fact]
    public void Tokens_gives_the_ids_of_a_text_as_JSON() =>
        Program.Succeed("inspect", "tokens", "--model", Model, "--file", _folder.Write("a.txt", "a b"), "--json", "--no-special").ShouldBe("{\"ids\": [97, 32, 98]}\n");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tokens_gives_a_line_for_each_row(bool json) => Program.Succeed(
        ["inspect", "tokens", "--model", Model, "--file", _folder.Write("a.jsonl", "{\"text\": \"\"}\n{\"n\": 1, \"text\": \"b\\u0061\"}\n"), .. json ? new[] { "--json" } : []])
        .ShouldBe("{\"ids\": [256]}\n{\"ids\": [256, 98, 97]}\n");

    [Fact]
    public void Text_decodes_ids()
    {
        Program.Succeed("inspect", "text", "--model", Model, "--ids", "256,97,32,98").ShouldBe("a b\n");
        Program.Succeed("inspect", "text", "--model", Model, "--ids", "256, 97", "--special").ShouldBe("<s>a\n");
    }

    [Fact]
    public void Text_decodes_the_rows_of_a_file()
    {
        Program.Succeed("inspect", "text", "--model", Model, "--file", _folder.Write("ids.jsonl", "{\"ids\": [256, 97]}\n{\"ids\": [195, 164, 10]}\n"))
            .ShouldBe("{\"text\": \"a\"}\n{\"text\": \"ä\\n\"}\n");
        Program.Succeed("inspect", "text", "--model", Model, "--file", SafetensorsText.WriteIds(_folder["ids.safetensors"], [97, 98, 99, 100], 2, 2))
            .ShouldBe("{\"text\": \"ab\"}\n{\"text\": \"cd\"}\n");
    }

    [Fact]
    public void Text_refuses_what_are_no_ids()
    {
        Program.Refuse("inspect", "text", "--model", Model).ShouldBe("inspect text needs either --ids LIST or --file FILE, and not both.");
        Program.Refuse("inspect", "text", "--model", Model, "--ids", "1,b").ShouldBe("--ids holds 'b'; token ids with commas between were expected, 1,15043 for example.");
        Program.Refuse("inspect", "text", "--model", Model, "--ids", "999").ShouldBe("Token id 999 is not in the vocabulary of 257 tokens; do ids and tokenizer belong together?");
        var file = _folder.Write("ids.jsonl", "{\"ids\": [1]}\n{\"ids\": [1.5]}\n");
        var refused = Program.Run("inspect", "text", "--model", Model, "--file", file);
        refused.Code.ShouldBe(2);
        refused.Notes.ShouldBe($"harness: {file} row 2 has no list of whole numbers 'ids'. Write rows as inspect tokens does: {{\"ids\": [1, 15043]}}.\n");
    }

    [Fact]
    public void Calibration_shows_every_draw_and_writes_the_ids()
    {
        var documents = string.Concat(new[] { "no", "a document that is long enough", "another one that would also do" }.Select(text => $$"""{"text": "{{text}}"}""" + "\n"));
        var table = Program.Succeed(
            "inspect", "calibration", "--model", Model, "--calibration", _folder.Write("texts.jsonl", documents), "--samples", "3", "--length", "16", "--out", _folder["ids.safetensors"]);

        var lines = table.TrimEnd('\n').Split('\n');
        lines[0].ShouldBe("sample  document  tokens  start  rejected before");
        lines.Length.ShouldBe(5);
        using var file = SafetensorsFile.Open(_folder["ids.safetensors"]);
        file.Entry("input_ids").Type.ShouldBe(ElementType.Int64);
        file.Entry("input_ids").Shape.ShouldBe([3, 16]);
        lines[^1].ShouldBe($"texts.jsonl: 3 samples of 16 tokens, ids {ContentKey.OfIds([.. file.ReadInt64s("input_ids").Select(id => (int)id)])}");
    }

    [Fact]
    public void Rows_prints_JSON_lines() =>
        Program.Succeed("inspect", "rows", "--file", _folder.Write("a.jsonl", "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n"), "--limit", "2").ShouldBe("{\"a\":1}\n{\"a\":2}\n");

    [Fact]
    public void Rows_of_a_list_of_objects_are_JSON_lines_too() =>
        Program.Succeed("inspect", "rows", "--file", _folder.Write("a.json", "[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": \"b c\"\n  }\n]\n")).ShouldBe("{\"a\":1}\n{\"a\":\"b c\"}\n");

    [Fact]
    public void Rows_refuses_other_files() => Program.Refuse("inspect", "rows", "--file", _folder.Write("a.doc", "a\n1\n"))
        .ShouldBe($"{_folder["a.doc"]} ends in '.doc'; rows are read from .parquet, .arrow, .jsonl, .json, .csv and .tsv files, .jsonl, .json, .csv and .tsv also gzipped.");

    [Fact]
    public void Rows_of_separated_values_are_text() =>
        Program.Succeed("inspect", "rows", "--file", _folder.Write("a.csv", "a,b\n1,\"x\"\"y\"\n")).ShouldBe("{\"a\":\"1\",\"b\":\"x\\\"y\"}\n");

    [Fact]
    public void Logits_are_written_with_every_layers_states()
    {
        SafetensorsText.WriteIds(_folder["ids.safetensors"], [256, 97, 98, 256, 99, 100], 2, 3);
        Program.Succeed("inspect", "logits", "--model", Model, "--ids", _folder["ids.safetensors"], "--out", _folder["logits.safetensors"])
            .ShouldBe($"{_folder["logits.safetensors"]}: logits [2, 3, 260], hidden_states.0 to hidden_states.2\n");

        using var file = SafetensorsFile.Open(_folder["logits.safetensors"]);
        file.Header.Entries.Select(entry => (entry.Name, string.Join('x', entry.Shape))).ShouldBe(
            [("logits", "2x3x260"), ("hidden_states.0", "2x3x32"), ("hidden_states.1", "2x3x32"), ("hidden_states.2", "2x3x32")], ignoreOrder: true);
    }

    [Fact]
    public void Logits_leaves_nothing_where_it_fails()
    {
        SafetensorsText.WriteIds(_folder["ids.safetensors"], new long[65], 1, 65);
        Program.Refuse("inspect", "logits", "--model", Model, "--ids", _folder["ids.safetensors"], "--out", _folder["logits.safetensors"]).ShouldBe(
            $"A window of 65 tokens is longer than the model's 64 positions ({Path.Combine(Model, "config.json")}). Use --length 64 or less.");
        File.Exists(_folder["logits.safetensors"]).ShouldBeFalse();
    }

    [Fact]
    public void Families_lists_model_types_and_what_they_cover() => Snapshot.Match(Program.Succeed("inspect", "families"));

    private static string[] Cells(string table, string name) =>
        [.. table.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal))[name.Length..].Split("  ", StringSplitOptions.RemoveEmptyEntries).Select(cell => cell.Trim())];
}
