using System.CommandLine;
using System.Globalization;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Models.Tokenizers;
using Harness.Prune;

namespace Harness.Cli.Verbs;

/// <summary>Perplexities of a checkpoint, as a table and as JSON.</summary>
internal sealed class ScoreVerb : Verb
{
    private readonly Session _session;
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string> _tasks = OptionFactory.Required("--tasks", "LIST", "wikitext2, c4 or files (.txt, .jsonl, .json.gz, .parquet), with commas between.");
    private readonly Option<int?> _length = OptionFactory.Count("--length", "T", "Tokens of a window (default: 2048, or the model's positions where it has fewer).");
    private readonly Option<int?> _limit = OptionFactory.Count("--limit", "WINDOWS", "Score only the first windows of each task.");
    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly ComputeOptions _compute;
    private readonly Option<string?> _json = CommonOptions.Json();

    public ScoreVerb(Session session)
        : base(
            "score",
            "Measures the token perplexity of a checkpoint on non-overlapping windows.",
            "harness score --model llama-7b-wanda --tasks wikitext2,c4 --length 2048 --data datasets --json scores.json")
    {
        _session = session;
        Add(_model);
        Add(_tasks);
        Add(_length);
        Add(_limit);
        Add(_data);
        _compute = new ComputeOptions(this, "Load and compute in this type (default: float32 on the CPU, the checkpoint's own on CUDA).");
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var corpora = ScoreTask.Parse(parsed.GetRequiredValue(_tasks), parsed.GetValue(_data));
        using var model = _compute.Open(parsed, parsed.GetRequiredValue(_model));
        var length = parsed.GetValue(_length) ?? CalibrationSource.DefaultLength(model.Config);
        model.CheckWindow(length);
        var tokenizer = Tokenizer.Load(model.Folder.Path);
        var clock = new StageClock();
        var tasks = clock.Time("tokenise", () =>
            corpora.Select(task => ScoreTask.Encode(task.Name, task.Corpus, tokenizer, length, parsed.GetValue(_limit))).ToArray());
        var result = new ScoreJob(model, tasks, clock, _session).Run(tokenizer.ContentKey);
        JsonResult.Write(parsed.GetValue(_json), result);
        Print(result);
        return 0;
    }

    private void Print(ScoreResult result)
    {
        var table = new TextTable("task", "ppl ↓", "±", "windows", "tokens", "metric");
        foreach (var score in result.Scores)
        {
            table.Add(
                score.Task,
                Number(score.Value, "G6"),
                score.Error is { } error ? Number(error, "G2") : "—",
                Number(score.Windows, "0"),
                Number(score.Tokens, "0"),
                score.Metric);
        }

        table.Write(_session.Results);
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
