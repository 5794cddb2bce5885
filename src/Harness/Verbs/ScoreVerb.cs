using System.CommandLine;
using Harness.Cli.CommandLine;
using Harness.Cli.Evaluations;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.LoraFinetune.Adapters;
using Harness.Models.Tokenizers;
using Harness.ZeroShot;

namespace Harness.Cli.Verbs;

/// <summary>Perplexities and accuracies of a checkpoint, as tables and as JSON; or where two such runs differ.</summary>
internal sealed class ScoreVerb : Verb
{
    private readonly Session _session;
    private readonly Option<string?> _model = CommonOptions.ModelIfAny();
    private readonly Option<string?> _adapter = CommonOptions.Adapter();
    private readonly Option<string?> _tasks = OptionFactory.Text(
        "--tasks",
        "LIST",
        "Perplexity: wikitext2, c4 or files (.txt, .jsonl, .json.gz, .parquet). Accuracy: boolq, rte, hellaswag, winogrande, arc_easy, arc_challenge, openbookqa, piqa; "
        + "zero-shot for the papers' seven, which are all but piqa. With commas between.");

    private readonly Option<int?> _length = OptionFactory.Count(
        "--length", "T", "Tokens of a window (default: 2048, or the model's positions where it has fewer); of accuracy tasks the longest input (default: the model's positions).");

    private readonly Option<int?> _limit = OptionFactory.Count("--limit", "N", "Score only the first windows or documents of each task.");
    private readonly Option<string?> _protocol = OptionFactory.Choice("--protocol", "How accuracy tasks are run (default: lmeval-v0, as in the papers).", [.. ZeroShotProtocol.Known]);
    private readonly Option<int?> _fewshot = OptionFactory.Count("--fewshot", "N", "Put N solved examples of the train split in front of every document.");
    private readonly Option<string?> _fewshotFile = OptionFactory.Text("--fewshot-file", "FILE", "Draw the examples from this file instead (.parquet, .jsonl).");
    private readonly Option<string?> _documents = OptionFactory.Written(
        OptionFactory.Text("--documents", "FILE", "Also write what the model says of every document, a JSON line each, gzipped for .jsonl.gz (docs/json.md)."));

    private readonly Option<string[]?> _compare = new("--compare")
    {
        HelpName = "A B",
        Description = "Score nothing: list the documents on which two files of --documents differ. A grid's cells/NAME.json stands for its documents.",
        Arity = new ArgumentArity(1, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly ComputeOptions _compute;
    private readonly MemoryOption _memory;
    private readonly Option<string?> _json = CommonOptions.Json();

    public ScoreVerb(Session session)
        : base(
            "score",
            "Measures a checkpoint: token perplexity on non-overlapping windows of texts, accuracy on zero-shot tasks.",
            "harness score --model llama-7b-wanda --tasks wikitext2,c4 --length 2048 --data datasets --json scores.json",
            "harness score --model llama-7b-wanda --tasks zero-shot --data datasets --documents wanda.jsonl.gz",
            "harness score --model llama-7b-wanda --adapter llama-7b-wanda-lora --tasks wikitext2 --data datasets",
            "harness score --compare dense.jsonl.gz wanda.jsonl.gz")
    {
        _session = session;
        foreach (var option in new Option[] { _model, _adapter, _tasks, _length, _limit, _protocol, _fewshot, _fewshotFile, _documents, _compare, _data })
        {
            Add(option);
        }

        _compute = new ComputeOptions(this, "Load and compute in this type (default: float32 on the CPU, the checkpoint's own on CUDA).");
        _memory = new MemoryOption(this);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        if (parsed.GetValue(_compare) is { Length: > 0 } files)
        {
            Compare(parsed, files.Length == 2 ? files : throw new InputException($"--compare is given {files[0]} alone; two files were expected: --compare A B."));
            return 0;
        }

        var (folder, list) = Needed(parsed);
        var plan = new ScorePlan(parsed.GetValue(_length), parsed.GetValue(_limit), parsed.GetValue(_protocol), parsed.GetValue(_fewshot), parsed.GetValue(_fewshotFile));
        var plans = plan.Of(list);
        var documents = parsed.GetValue(_documents);
        if (documents is not null && plans.All(evaluation => evaluation.Protocol is null))
        {
            throw new InputException("--documents is for tasks with choices, and --tasks names none. Leave it out.");
        }

        using var model = _compute.Open(parsed, folder);
        using var adapter = parsed.GetValue(_adapter) is { } path ? PeftFolder.Read(path, model) : null;
        model.Overlay = adapter?.Overlay ?? model.Overlay;
        var tokenizer = Tokenizer.Load(folder);
        var materials = new EvaluationMaterials(model, new(() => tokenizer), DataChoice.Root(parsed.GetValue(_data)));
        var evaluations = plans.Select(evaluation => materials.Of(evaluation, plan.Shots ?? 0, plan.Examples)).ToArray();
        var result = new ScoreJob(model, evaluations, new StageClock(), _memory.Within(parsed, _session)).Run(tokenizer.ContentKey, documents) with { Adapter = parsed.GetValue(_adapter) };
        JsonResult.Write(parsed.GetValue(_json), result);
        ScoreText.Write(result.Scores, _session.Results);
        return 0;
    }

    private (string Model, string Tasks) Needed(ParseResult parsed)
    {
        var (model, tasks) = (parsed.GetValue(_model), parsed.GetValue(_tasks));
        return model is not null && tasks is not null ? (model, tasks) : throw new InputException(
            $"harness score needs {string.Join(" and ", new[] { model is null ? "--model DIR" : "", tasks is null ? "--tasks LIST" : "" }.Where(part => part.Length > 0))}. See harness score --help.");
    }

    private void Compare(ParseResult parsed, string[] files)
    {
        Option[] idle = [_model, _adapter, _tasks, _length, _limit, _protocol, _fewshot, _fewshotFile, _documents];
        if (idle.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new InputException($"--compare reads two files and scores nothing; {given.Name} has no meaning beside it. Leave it out.");
        }

        var comparison = DocumentComparison.Of(files[0], files[1]);
        JsonResult.Write(parsed.GetValue(_json), comparison);
        comparison.Write(_session.Results);
    }
}
