using System.Text.Json;

namespace Harness.Tests.Verbs;

public sealed class ScoreVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ScoreVerbTests()
    {
        new TinyLlama().Write(Model);
        _folder.Write("notes.txt", Words);
        _folder.Write("notes.jsonl", "{\"text\": \"first text\"}\n{\"text\": \"second text, which is somewhat longer\"}\n");
    }

    private static string Words => string.Join(' ', Enumerable.Range(0, 50).Select(i => $"word{i}"));

    private string Model => _folder["model"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Prints_a_table()
    {
        var lines = Program.Succeed("score", "--model", Model, "--tasks", $"{_folder["notes.txt"]},{_folder["notes.jsonl"]}", "--length", "16", "--limit", "3").TrimEnd('\n').Split('\n');

        lines.Length.ShouldBe(3);
        lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["task", "ppl", "↓", "±", "windows", "tokens", "metric"]);
        lines[1].ShouldMatch($@"^{_folder["notes.txt"]} +\d+\.\d+ +[\d.]+ +3 +48 +ppl\.token@16$");
        lines[2].ShouldMatch($@"^{_folder["notes.jsonl"]} +\d+\.\d+ +[\d.]+ +3 +48 +ppl\.token@16$");
    }

    [Fact]
    public void Writes_what_the_numbers_are_made_of()
    {
        Program.Succeed("score", "--model", Model, "--tasks", _folder["notes.jsonl"], "--length", "16", "--json", _folder["score.json"]);

        var result = JsonDocument.Parse(File.ReadAllText(_folder["score.json"])).RootElement;
        result.GetProperty("tokenizer").GetString()!.Length.ShouldBe(64);
        var score = result.GetProperty("scores")[0];
        score.GetProperty("task").GetString().ShouldBe(_folder["notes.jsonl"]);
        score.GetProperty("text").GetString().ShouldBe(ContentKey.OfText("first text\n\nsecond text, which is somewhat longer"));
        score.GetProperty("ids").GetString().ShouldBe(ContentKey.OfIds([TinyLlama.BosId, .. "first text\n\nsecond text, which is somewhat longer".Take(47).Select(c => (int)c)]));
        score.GetProperty("data").GetString().ShouldBe(ContentKey.OfFile(_folder["notes.jsonl"]));
        var losses = score.GetProperty("windowLosses").EnumerateArray().Select(loss => loss.GetDouble()).ToArray();
        losses.Length.ShouldBe(3);
        score.GetProperty("value").GetDouble().ShouldBe(Math.Exp(losses.Average()), 1e-9);
    }

    [Fact]
    public void Leaves_the_error_out_for_a_single_window()
    {
        Program.Succeed("score", "--model", Model, "--tasks", _folder["notes.txt"], "--length", "64", "--limit", "1", "--json", _folder["score.json"]).ShouldContain("  —  ");
        JsonDocument.Parse(File.ReadAllText(_folder["score.json"])).RootElement.GetProperty("scores")[0].TryGetProperty("error", out _).ShouldBeFalse();
    }

    [Fact]
    public void Takes_as_many_tokens_as_the_model_has_positions() =>
        Program.Succeed("score", "--model", Model, "--tasks", _folder["notes.txt"]).ShouldContain("ppl.token@64");

    [Fact]
    public void Refuses_an_unknown_task() => Program.Refuse("score", "--model", Model, "--tasks", "wikitxt2")
        .ShouldBe("Unknown task 'wikitxt2'. Did you mean 'wikitext2'? Known: arc_challenge, arc_easy, boolq, c4, hellaswag, openbookqa, piqa, rte, the path of a file, wikitext2, winogrande, zero-shot.");

    [Fact]
    public void Refuses_a_task_named_twice() =>
        Program.Refuse("score", "--model", Model, "--tasks", "c4,c4").ShouldBe("--tasks names c4 twice; name it once.");

    [Fact]
    public void Refuses_an_empty_list() => Program.Refuse("score", "--model", Model, "--tasks", ",")
        .ShouldBe("--tasks names no task. Give wikitext2, c4, boolq, the path of a file, or several with commas between.");

    [Fact]
    public void Refuses_a_file_that_is_not_there() => Program.Refuse("score", "--model", Model, "--tasks", _folder["absent.txt"])
        .ShouldBe($"{_folder["absent.txt"]} cannot be read: there is no such file.");

    [Fact]
    public void Refuses_a_window_longer_than_the_models_positions() => Program.Refuse("score", "--model", Model, "--tasks", _folder["notes.txt"], "--length", "65").ShouldBe(
        $"A window of 65 tokens is longer than the model's 64 positions ({Path.Combine(Model, "config.json")}). Use --length 64 or less.");

    [Fact]
    public void Refuses_a_window_without_a_target() => Program.Refuse("score", "--model", Model, "--tasks", _folder["notes.txt"], "--length", "1").ShouldBe(
        "Windows of 1 tokens cannot be scored; each must have 2 or more, since a token is predicted from those before it.");

    [Fact]
    public void Refuses_a_text_too_short_for_a_window() => Program.Refuse("score", "--model", Model, "--tasks", _folder.Write("short.txt", "short"), "--length", "16").ShouldBe(
        "short.txt has 6 tokens, too few for one window of 16. Use a shorter length or a longer text.");

    [Fact]
    public void Refuses_a_model_without_a_tokenizer()
    {
        File.Delete(Path.Combine(Model, "tokenizer.json"));
        Program.Refuse("score", "--model", Model, "--tasks", _folder["notes.txt"])
            .ShouldBe($"{Model} holds no tokenizer: expected tokenizer.json, tokenizer.model, qwen.tiktoken, or vocab.json with merges.txt.");
    }
}
