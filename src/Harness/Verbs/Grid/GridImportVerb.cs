using System.CommandLine;
using Harness.Cli.CommandLine;
using Harness.Cli.Grids;
using Harness.Cli.Llmc;
using Harness.Cli.Options;
using Harness.Data.Corpora;
using Harness.Results;

namespace Harness.Cli.Verbs.Grid;

/// <summary>Turns an llmc config into a grid, and prints how to run it.</summary>
internal sealed class GridImportVerb : Verb
{
    private readonly Session _session;
    private readonly Argument<string> _file = new("FILE") { Description = "An llmc config in YAML, as it is." };
    private readonly Option<string?> _name = OptionFactory.Text("--name", "NAME", "Name of the grid (default: the file's name without its ending).");
    private readonly Option<string?> _results = GridOptions.Results();

    public GridImportVerb(Session session)
        : base("import", "Turns an llmc config into a grid and prints how to run it.", "harness grid import wanda.yml --name llama-2-7b-pile")
    {
        _session = session;
        Add(_file);
        Add(_name);
        Add(_results);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var file = parsed.GetRequiredValue(_file);
        var name = parsed.GetValue(_name) ?? Path.GetFileNameWithoutExtension(file);
        if (name.AsSpan().ContainsAny('/', '\\') || name is "" or "." or "..")
        {
            throw new InputException($"'{name}' cannot name a grid: it is a folder under results/. Give --name one plain word.");
        }

        var config = LlmcConfig.Parse(YamlJson.Read(file), file, GridWords.All);
        CheckCorpus(config);
        var target = Path.Combine(parsed.GetValue(_results) ?? GridPlace.Find(null), name, "grid.json");
        if (File.Exists(target))
        {
            throw new InputException($"{target} already exists. Choose another --name or remove it.");
        }

        var json = LlmcGrid.Json(config, Path.GetFileName(file));
        GridCatalog.Parse(json, name, file, GridWords.All);
        Durable.WriteText(target, json);
        Print(config, target, name, parsed.GetValue(_results));
        return 0;
    }

    /// <summary>A path that holds no rows is refused now, not when the grid runs.</summary>
    private static void CheckCorpus(LlmcConfig config)
    {
        if (!GridWords.All.Corpora.Contains(config.Calibration.Corpus) && FileCorpus.ForCalibration(config.Calibration.Corpus) is not DocumentCorpus)
        {
            throw new InputException(
                $"calib.path {config.Calibration.Corpus} holds no rows. Give a file of rows (.jsonl, .json.gz, .parquet, .arrow) or a folder that datasets.save_to_disk has written.");
        }
    }

    private void Print(LlmcConfig config, string target, string name, string? results)
    {
        var lines = _session.Results;
        lines.WriteLine($"Written: {target}");
        foreach (var note in config.Notes)
        {
            lines.WriteLine($"  {note}");
        }

        lines.WriteLine("Run it:");
        lines.WriteLine($"  harness grid run {Quoted(name)}{(results is null ? "" : $" --results {Quoted(results)}")} --models {Quoted(config.ModelPath)}");
        if (config.SavePath is { } folder)
        {
            lines.WriteLine("Write the pruned checkpoint (save_trans):");
            lines.WriteLine($"  {PruneCommand(config, folder)}");
        }
    }

    private static string PruneCommand(LlmcConfig config, string folder)
    {
        var plan = config.Calibration;
        var calibration = config.Method == "magnitude" ? "" : $" --calibration {Quoted(plan.Corpus)} --preproc {plan.Preproc} --samples {plan.Samples}"
            + $" --length {plan.Length} --seed {plan.Seed} --propagate {config.Propagate}";
        return $"harness prune --model {Quoted(config.ModelPath)} --method {config.Method} --sparsity {config.Sparsity}{calibration}"
            + $"{(config.Dtype is null ? "" : $" --dtype {config.Dtype}")} --out {Quoted(folder)}";
    }

    /// <summary>A word as a shell takes it for one.</summary>
    private static string Quoted(string word) => word.All(letter => char.IsLetterOrDigit(letter) || "/._-+:=@,~".Contains(letter, StringComparison.Ordinal))
        ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
