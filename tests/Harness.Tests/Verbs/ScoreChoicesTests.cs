using System.Text.Json;

namespace Harness.Tests.Verbs;

/// <summary><c>score</c> on tasks of documents with choices.</summary>
public sealed class ScoreChoicesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ScoreChoicesTests()
    {
        new TinyLlama().Write(_folder["a"]);
        new TinyLlama { Seed = 1 }.Write(_folder["b"]);
        TinyTasks.Write(_folder["data"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Prints_accuracies_below_perplexities()
    {
        var lines = Score("a", $"boolq,winogrande,{_folder.Write("notes.txt", string.Join(' ', Enumerable.Range(0, 50)))}", "--limit", "8", "--length", "32").TrimEnd('\n').Split('\n');

        lines.Length.ShouldBe(5);
        lines[1].ShouldContain("ppl.token@32");
        lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["task", "%", "↑", "±", "documents", "ties", "truncated", "empty", "metric"]);
        lines[3].ShouldMatch(@"^boolq +\d+\.\d\d +[\d.]+ +8 +0 +\d+ +0 +acc@lmeval-v0$");
        lines[4].ShouldMatch(@"^winogrande +\d+\.\d\d +[\d.]+ +8 +0 +0 +0 +acc@lmeval-v0$");
    }

    [Fact]
    public void Writes_a_line_for_every_document()
    {
        Score("a", "boolq,winogrande", "--documents", _folder["a.jsonl"], "--json", _folder["a.json"]);

        var lines = File.ReadAllLines(_folder["a.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.Count.ShouldBe(2 * TinyTasks.Documents);
        lines.Take(TinyTasks.Documents).Select(line => line.GetProperty("row").GetInt32()).Order().ShouldBe(Enumerable.Range(0, TinyTasks.Documents));
        var (boolq, score) = (lines.Where(line => line.GetProperty("task").GetString() == "boolq").ToList(), Json("a.json").GetProperty("scores")[0]);
        foreach (var document in boolq)
        {
            document.GetProperty("gold").GetInt32().ShouldBe(1 - document.GetProperty("row").GetInt32() % 2);
            var requests = document.GetProperty("requests").EnumerateArray().Select(request => request.GetProperty("ll").GetDouble()).ToArray();
            document.GetProperty("pred").GetInt32().ShouldBe(requests[0] > requests[1] ? 1 : 0);
            document.TryGetProperty("predNorm", out _).ShouldBeFalse();
        }

        var right = boolq.Count(document => document.GetProperty("pred").GetInt32() == document.GetProperty("gold").GetInt32());
        score.GetProperty("value").GetDouble().ShouldBe((double)right / TinyTasks.Documents, 1e-12);
        score.GetProperty("documents").GetInt32().ShouldBe(TinyTasks.Documents);
        score.GetProperty("truncated").GetInt32().ShouldBe(6);
        score.TryGetProperty("windows", out _).ShouldBeFalse();
    }

    [Fact]
    public void Compares_what_two_models_said()
    {
        Score("a", "boolq,winogrande", "--documents", _folder["a.jsonl"]);
        Score("b", "boolq,winogrande", "--documents", _folder["b.jsonl.gz"]);

        Program.Succeed("score", "--compare", _folder["a.jsonl"], _folder["b.jsonl.gz"], "--json", _folder["compare.json"]);

        var compared = Json("compare.json");
        foreach (var task in compared.GetProperty("tasks").EnumerateArray())
        {
            var differing = compared.GetProperty("documents").EnumerateArray().Where(document => document.GetProperty("task").GetString() == task.GetProperty("task").GetString()).ToList();
            task.GetProperty("documents").GetInt32().ShouldBe(TinyTasks.Documents);
            task.GetProperty("differ").GetInt32().ShouldBe(differing.Count);
            differing.ShouldAllBe(document => document.GetProperty("a").GetInt32() != document.GetProperty("b").GetInt32());
            (task.GetProperty("onlyARight").GetInt32() + task.GetProperty("onlyBRight").GetInt32()).ShouldBe(differing.Count); // two choices
        }

        Program.Succeed("score", "--compare", _folder["a.jsonl"], _folder["a.jsonl"]).ShouldMatch(@"^task .*\nboolq +acc@lmeval-v0 +12 +0 +0 +0\nwinogrande +acc@lmeval-v0 +12 +0 +0 +0\n$");
    }

    [Fact]
    public void Says_which_protocol_was_used() => Score("a", "boolq", "--protocol", "lmeval-0.4").ShouldContain("acc@lmeval-0.4");

    [Fact]
    public void Draws_examples_from_a_file() => Score(
        "a", "winogrande", "--fewshot", "2", "--fewshot-file", Path.Combine(_folder["data"], "allenai", "winogrande", "winogrande_xl", "validation-00000-of-00001.parquet"))
        .ShouldContain("acc@lmeval-v0@2");

    [Theory]
    [InlineData("Unknown protocol 'lmeval-v1'. Did you mean 'lmeval-v0'? Known: lmeval-0.4, lmeval-v0.", "boolq", "--protocol", "lmeval-v1")]
    [InlineData("Few-shot examples are defined for protocol lmeval-v0, not for lmeval-0.4. Leave --fewshot out.", "winogrande", "--fewshot", "1", "--fewshot-file", "FILE", "--protocol", "lmeval-0.4")]
    [InlineData("--fewshot-file says where examples are drawn from, and none are wanted. Add --fewshot N.", "winogrande", "--fewshot-file", "FILE")]
    [InlineData("13 few-shot examples were asked for, and there are 12 to draw from. Lower --fewshot.", "winogrande", "--fewshot", "13", "--fewshot-file", "FILE")]
    [InlineData("winogrande validation row 1: a choice has 6 tokens, more than the window of 5. Use a longer --length or remove the row.", "winogrande", "--length", "5")]
    public void Refuses_in_a_sentence(string sentence, string tasks, params string[] more)
    {
        var file = Path.Combine(_folder["data"], "allenai", "winogrande", "winogrande_xl", "validation-00000-of-00001.parquet");
        var refused = Program.Refuse(["score", "--model", _folder["a"], "--data", _folder["data"], "--tasks", tasks, .. more.Select(word => word == "FILE" ? file : word)]);
        System.Text.RegularExpressions.Regex.Replace(refused, @"row \d+", "row 1").ShouldBe(sentence);
    }

    [Theory]
    [InlineData("--protocol", "lmeval-v0")]
    [InlineData("--fewshot", "5")]
    public void Refuses_options_of_choices_for_texts(string option, string value) => Program.Refuse("score", "--model", _folder["a"], "--tasks", "c4", option, value).ShouldBe(
        $"{option} is for tasks with choices (boolq, rte, hellaswag, winogrande, arc_easy, arc_challenge, openbookqa, piqa), and --tasks names none. Leave it out.");

    [Fact]
    public void Refuses_a_task_without_its_data() => Program.Refuse("score", "--model", _folder["a"], "--tasks", "boolq").ShouldBe(
        $"boolq validation not found: aps/super_glue/boolq/validation-00000-of-00001.parquet is not in {Program.HubCache}. Fetch it: harness download boolq.");

    [Fact]
    public void Refuses_a_missing_split() => Program.Refuse("score", "--model", _folder["a"], "--tasks", "rte", "--data", _folder["data"])
        .ShouldBe($"rte validation not found: nyu-mll/glue/rte/validation-00000-of-00001.parquet is not in {_folder["data"]}. Fetch it: harness download rte --data {_folder["data"]}.");

    [Fact]
    public void Needs_a_model_and_tasks_to_score() => Program.Refuse("score", "--tasks", "boolq").ShouldBe("harness score needs --model DIR. See harness score --help.");

    [Fact]
    public void Refuses_to_score_and_compare() => Program.Refuse("score", "--compare", "a.jsonl", "b.jsonl", "--model", "m").ShouldBe(
        "--compare reads two files and scores nothing; --model has no meaning beside it. Leave it out.");

    [Fact]
    public void Refuses_to_compare_one_file() => Program.Refuse("score", "--compare", "a.jsonl").ShouldBe("--compare is given a.jsonl alone; two files were expected: --compare A B.");

    [Fact]
    public void Refuses_to_compare_what_has_nothing_in_common()
    {
        Score("a", "boolq", "--documents", _folder["a.jsonl"]);
        Score("a", "winogrande", "--documents", _folder["b.jsonl"]);

        Program.Refuse("score", "--compare", _folder["a.jsonl"], _folder["b.jsonl"]).ShouldBe(
            $"{_folder["a.jsonl"]} and {_folder["b.jsonl"]} have no document in common: the same task, protocol and row. Write both with the same --tasks and --protocol.");
        Program.Refuse("score", "--compare", _folder["a.jsonl"], _folder["data"]).ShouldStartWith($"{_folder["data"]} is a folder; a file of documents was expected.");
        Program.Refuse("score", "--compare", _folder["a.jsonl"], _folder.Write("c.jsonl", "{\"task\": 1}\n")).ShouldBe(
            $"{_folder["c.jsonl"]} row 1 is no record of a document. Write such a file with harness score --documents.");
    }

    private string Score(string model, string tasks, params string[] more) =>
        Program.Succeed(["score", "--model", _folder[model], "--tasks", tasks, "--data", _folder["data"], .. more]);

    private JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllText(_folder[file])).RootElement;
}
