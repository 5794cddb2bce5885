using System.Text.Json;

namespace Harness.Results;

internal sealed partial class LlmcReader
{
    private CalibrationPlan Calibration(StrictObject section, int? baseSeed)
    {
        section.Flag("download");
        section.Flag("padding");
        RefuseOther(section, "type", "txt");
        if (section.Flag("load_from_txt") == true)
        {
            problems.Add(section.PathOf("load_from_txt"), "Lines of a text file are not read as documents. Give rows (.jsonl, .parquet, a saved dataset), and leave it out.");
        }

        if (section.Take("bs") is { } batch && !(batch.ValueKind == JsonValueKind.Number && batch.TryGetInt32(out var size) && size is -1 or > 0))
        {
            problems.Add(section.PathOf("bs"), StrictObject.Found(batch, "-1, or a whole number from 1 on"));
        }

        var preproc = section.Text("preproc", $"Name the rule: {string.Join(", ", Rules)}.");
        if (preproc is not null && !Rules.Contains(preproc))
        {
            problems.Add(section.PathOf("preproc"), Names.Unknown("preproc", preproc, Rules).Message);
        }

        var own = section.Whole("seed", least: 0);
        return new CalibrationPlan(
            Corpus(section) ?? "",
            section.Whole("n_samples", least: 1, "Give how many samples.") ?? 0,
            section.Whole("seq_len", least: 2, "Give the tokens of a sample."),
            Seed(section, preproc, own, baseSeed),
            preproc);
    }

    private IReadOnlyList<string> Rules => [.. words.Preprocs.Skip(1)];

    /// <summary>The file at <c>path</c> where there is one, else the corpus of that name.</summary>
    private string? Corpus(StrictObject section)
    {
        var (name, path) = (section.Text("name", "Name the corpus."), section.Text("path"));
        if (path is not null && (File.Exists(path) || Directory.Exists(path)))
        {
            // a grid takes for a path what has a stroke or a dot
            return path.AsSpan().ContainsAny('/', '.') ? path : $"./{path}";
        }

        if (name is null || words.Corpora.Contains(name))
        {
            return name;
        }

        problems.Add(section.PathOf("path"), path is null
            ? $"Missing. Corpus '{name}' is read from a file of rows or a folder that datasets.save_to_disk has written; by name, only {string.Join(" and ", words.Corpora)} are."
            : $"{path} does not exist. Corpus '{name}' is read from a file of rows or a folder that datasets.save_to_disk has written; by name, only {string.Join(" and ", words.Corpora)} are.");
        return null;
    }

    /// <summary>Python's random is seeded once, with the base's seed; only general_preproc shuffles by calib's own.</summary>
    private int Seed(StrictObject section, string? preproc, int? own, int? ofBase)
    {
        if (own is null && ofBase is null)
        {
            problems.Add(section.PathOf("seed"), "Missing. Give the seed of the sampling.");
        }

        var seed = preproc == "general" ? own ?? ofBase : ofBase ?? own;
        if (own is not null && ofBase is not null && own != ofBase)
        {
            _notes.Add($"base.seed is {ofBase} and calib.seed {own}; llmc's {preproc} goes by {seed}.");
        }

        return seed ?? 0;
    }

    private (bool Dense, bool Pruned, IReadOnlyList<EvaluationPlan> Plans) Evaluation(StrictObject section)
    {
        RefuseQuantisation(section);
        RefuseOther(section, "type", "ppl");
        section.Flag("download");
        section.Flag("inference_per_block");
        section.Take("bs");
        if (section.Text("path") is { } path)
        {
            _notes.Add($"eval.path ({path}) is not read: {string.Join(" and ", words.Tasks)} come from --data.");
        }

        var positions = section.TextOrTexts("eval_pos", "Give when to measure: [pretrain, transformed].").ToList();
        foreach (var (position, at) in positions.Where(position => position.Text is not ("pretrain" or "transformed")))
        {
            problems.Add(at, position.Contains("quant", StringComparison.Ordinal)
                ? $"Found {position}; expected pretrain or transformed. {NoQuantisation}"
                : Names.Unknown("position", position, ["pretrain", "transformed"]).Message);
        }

        var length = section.Whole("seq_len", least: 2);
        var tasks = section.TextOrTexts("name", "Give what to measure: [wikitext2, c4].").ToList();
        foreach (var (task, at) in tasks.Where(task => !words.Tasks.Contains(task.Text)))
        {
            problems.Add(at, Names.Unknown("evaluation", task, words.Tasks).Message);
        }

        return (positions.Any(position => position.Text == "pretrain"), positions.Any(position => position.Text == "transformed"),
            [.. tasks.Select(task => task.Text).Distinct().Select(task => new EvaluationPlan(task, length, null))]);
    }

    private void RefuseOther(StrictObject section, string key, string only)
    {
        if (section.Text(key) is { } given && given != only)
        {
            problems.Add(section.PathOf(key), $"Found {given}; only {only} can be taken over.");
        }
    }
}
