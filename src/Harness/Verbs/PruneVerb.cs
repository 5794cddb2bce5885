using System.CommandLine;
using System.Globalization;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Models;
using Harness.Prune;
using Harness.Prune.Calibration;
using Harness.Prune.Masks;
using Harness.Prune.Methods;
using Harness.Results;

namespace Harness.Cli.Verbs;

/// <summary>Checks the command line as far as that goes without work, prunes, and sums up.</summary>
internal sealed class PruneVerb : Verb
{
    private readonly Session _session;
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string> _method = OptionFactory.Required("--method", "NAME", $"Pruning method: {string.Join(", ", PruningMethods.Known)}.");
    private readonly Option<string> _sparsity = OptionFactory.Required("--sparsity", "S", "A ratio (0.5, 50%) or n:m (2:4 keeps 2 of every 4 consecutive inputs).");
    private readonly Option<string> _out = OptionFactory.Required("--out", "DIR", "The new checkpoint folder; must not exist yet.");
    private readonly CalibrationOptions _calibration;
    private readonly Option<string?> _propagate = OptionFactory.Choice(
        "--propagate", "What the next block is calibrated on: the pruned block's outputs or the dense one's (default: sequential).", [.. Propagations.Known]);

    private readonly ComputeOptions _compute;
    private readonly Option<string?> _json = CommonOptions.Json();

    public PruneVerb(Session session)
        : base(
            "prune",
            "Prunes a checkpoint and writes it as a new one, dense safetensors with zeros.",
            "harness prune --model llama-7b --method wanda --sparsity 0.5 --data datasets --out llama-7b-wanda",
            "harness prune --model llama-7b --method sparsegpt --sparsity 2:4 --calibration notes.txt --samples 32 --length 512 --out llama-7b-24")
    {
        _session = session;
        _method.CompletionSources.Add([.. PruningMethods.Known]);
        Add(_model);
        Add(_method);
        Add(_sparsity);
        Add(_out);
        _calibration = new CalibrationOptions(this);
        Add(_propagate);
        _compute = new ComputeOptions(this, "Load, compute and store in this type (default: compute in float32 on the CPU and keep the types stored).");
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var recipe = Recipe(parsed);
        var output = parsed.GetRequiredValue(_out);
        RefuseExisting(output);
        using var model = _compute.Open(parsed, parsed.GetRequiredValue(_model));
        CheckWidths(model, recipe.Sparsity);
        var manifest = new PruneJob(model, recipe, Calibration(parsed, model, recipe.Method), output, _compute.Type(parsed), _session).Run();
        JsonResult.Write(parsed.GetValue(_json), manifest);
        Summarise(manifest, output);
        return 0;
    }

    private PruningRecipe Recipe(ParseResult parsed)
    {
        var method = PruningMethods.Named(parsed.GetRequiredValue(_method));
        var sparsity = Sparsity.Parse(parsed.GetRequiredValue(_sparsity));
        if (sparsity.IsDense)
        {
            throw new InputException("Sparsity 'dense' leaves nothing to prune. Give a ratio between 0 and 1 (0.5 or 50%) or n:m (2:4).");
        }

        method.Check(sparsity);
        return new PruningRecipe(method, sparsity, Propagations.Parse(parsed.GetValue(_propagate) ?? "sequential"));
    }

    private CalibrationSource? Calibration(ParseResult parsed, CausalLM model, PruningMethod method)
    {
        var choice = _calibration.Read(parsed);
        if (method.Needs != StatisticKinds.None)
        {
            return CalibrationSource.Of(choice, model.Folder);
        }

        if (choice.IsGiven)
        {
            _session.Note($"{method.Name} looks at weights alone; what was said about calibration is not used.");
        }

        return null;
    }

    private static void RefuseExisting(string output)
    {
        if (Directory.Exists(output) || File.Exists(output))
        {
            throw new InputException($"{output} already exists. Choose another output folder or remove it.");
        }
    }

    private static void CheckWidths(CausalLM model, Sparsity sparsity)
    {
        foreach (var linear in Enumerable.Range(0, model.Config.Layers).SelectMany(model.LinearsOf))
        {
            Mask.CheckWidth(linear, model.Folder.Shape(linear)[^1], sparsity);
        }
    }

    private void Summarise(PruneManifest manifest, string output)
    {
        string Share(ZeroCount count) => string.Create(CultureInfo.InvariantCulture, $"{count.Share:0.0000} ({count.Zeros} of {count.Elements} weights)");
        var raised = manifest.Linears.Count(linear => linear.DampingRetries is not null);
        var results = _session.Results;
        results.WriteLine($"{manifest.Method} {manifest.Sparsity}: {output}");
        results.WriteLine($"  decoder linears  {Share(manifest.Achieved.Linears)}");
        results.WriteLine($"  whole model      {Share(manifest.Achieved.Model)}");
        results.WriteLine($"  seconds          {string.Join(", ", manifest.Seconds.Select(stage => string.Create(CultureInfo.InvariantCulture, $"{stage.Key} {stage.Value:0.00}")))}");
        results.WriteLine($"  peak memory      {Bytes.Text(manifest.PeakBytes)}");
        if (raised > 0)
        {
            results.WriteLine($"  damping raised   in {raised} linears (see {PruneJob.ManifestName})");
        }
    }
}
