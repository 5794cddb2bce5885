using System.CommandLine;
using System.Globalization;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Prune;
using Harness.Results;

namespace Harness.Cli.Verbs;

/// <summary>Checks the command line as far as that goes without work, prunes, and sums up.</summary>
internal sealed class PruneVerb : Verb
{
    private readonly Session _session;
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly MethodOptions _method = new();
    private readonly Option<string?> _sparsity = OptionFactory.Text(
        "--sparsity", "S", "A ratio (0.5, 50%) or n:m (2:4 keeps 2 of every 4 consecutive inputs); left out for methods whose options say how much goes.");

    private readonly Option<string> _out = OptionFactory.Required("--out", "DIR", "The new checkpoint folder; must not exist yet.");
    private readonly CalibrationOptions _calibration;
    private readonly Option<string?> _propagate = OptionFactory.Choice(
        "--propagate", "What the next block is calibrated on: the pruned block's outputs or the dense one's (default: sequential).", [.. Propagations.Known]);

    private readonly ComputeOptions _compute;
    private readonly MemoryOption _memory;
    private readonly Option<string?> _format = OptionFactory.Choice(
        "--format", "How pruned linears are stored: dense with zeros, or 2:4 as compressed-tensors did until March 2026, legacy (default: dense).", "dense", Sparse24Bitmask.Name);

    private readonly Option<string?> _json = CommonOptions.Json();

    public PruneVerb(Session session)
        : base(
            "prune",
            "Prunes a checkpoint and writes it as a new one, dense safetensors with zeros.",
            "harness prune --model llama-7b --method wanda --sparsity 0.5 --data datasets --out llama-7b-wanda",
            "harness prune --model llama-7b --method sparsegpt --sparsity 2:4 --calibration notes.txt --samples 32 --length 512 --out llama-7b-24")
    {
        _session = session;
        Add(_model);
        Add(_method.Name);
        Add(_sparsity);
        Add(_out);
        _calibration = new CalibrationOptions(this);
        Add(_propagate);
        _compute = new ComputeOptions(this, "Load, compute and store in this type (default: compute in float32 on the CPU and keep the types stored).");
        _memory = new MemoryOption(this);
        _method.AddTo(this);
        Add(_format);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var options = _method.Given(parsed);
        var recipe = Recipe(parsed, options);
        var output = parsed.GetRequiredValue(_out);
        RefuseExisting(output);
        using var model = _compute.Open(parsed, parsed.GetRequiredValue(_model));
        recipe.Check(model);
        var manifest = new PruneJob(model, recipe, options, Calibration(parsed, model, recipe), output, _compute.Type(parsed), IsCompressed(parsed, recipe), _memory.Within(parsed, _session)).Run();
        JsonResult.Write(parsed.GetValue(_json), manifest);
        Summarise(manifest, recipe.LeastExpertTokens, output);
        return 0;
    }

    private PruningRecipe Recipe(ParseResult parsed, IReadOnlyDictionary<string, string> options) => PruningRecipe.Read(
        _method.Method(parsed, options),
        options,
        parsed.GetValue(_sparsity) is { } sparsity ? Sparsity.Parse(sparsity) : null,
        Propagations.Parse(parsed.GetValue(_propagate) ?? "sequential"));

    private CalibrationSource? Calibration(ParseResult parsed, CausalLM model, PruningRecipe recipe)
    {
        var choice = _calibration.Read(parsed);
        if (recipe.IsCalibrated)
        {
            return CalibrationSource.Of(choice, model.Folder);
        }

        if (choice.IsGiven)
        {
            _session.Note($"{recipe.Method.Name} looks at no activations; what was said about calibration is not used.");
        }

        return null;
    }

    private bool IsCompressed(ParseResult parsed, PruningRecipe recipe)
    {
        switch (parsed.GetValue(_format) ?? "dense")
        {
            case "dense":
                return false;
            case Sparse24Bitmask.Name when (recipe.Sparsity.Keep, recipe.Sparsity.Group) == (2, 4):
                return true;
            case Sparse24Bitmask.Name:
                throw new InputException($"--format {Sparse24Bitmask.Name} holds 2:4 weights, and the sparsity asked for is {recipe.Sparsity}. Use --sparsity 2:4, or leave --format out.");
            case var other:
                throw Names.Unknown("format", other, ["dense", Sparse24Bitmask.Name]);
        }
    }

    private static void RefuseExisting(string output)
    {
        if (Directory.Exists(output) || File.Exists(output))
        {
            throw new InputException($"{output} already exists. Choose another output folder or remove it.");
        }
    }

    private void Summarise(PruneManifest manifest, int leastTokens, string output)
    {
        string Share(ZeroCount count) => string.Create(CultureInfo.InvariantCulture, $"{count.Share:0.0000} ({count.Zeros} of {count.Elements} weights)");
        var raised = manifest.Linears.Count(linear => linear.DampingRetries is not null);
        var results = _session.Results;
        results.WriteLine(manifest.Sparsity == Sparsity.Own.ToString() ? $"{manifest.Method}: {output}" : $"{manifest.Method} {manifest.Sparsity}: {output}");
        results.WriteLine($"  decoder linears  {Share(manifest.Achieved.Linears)}");
        if (manifest.Theoretical() is { } theoretical)
        {
            results.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  theoretical      {theoretical:0.0000} (from the shares of the tiers)"));
        }

        results.WriteLine($"  whole model      {Share(manifest.Achieved.Model)}");
        results.WriteLine($"  seconds          {string.Join(", ", manifest.Seconds.Select(stage => string.Create(CultureInfo.InvariantCulture, $"{stage.Key} {stage.Value:0.00}")))}");
        results.WriteLine($"  peak memory      {Bytes.Text(manifest.PeakBytes)}");
        if (raised > 0)
        {
            results.WriteLine($"  damping raised   in {raised} linears (see {PruneJob.ManifestName})");
        }

        var starved = manifest.Linears.Where(linear => linear.Tokens < leastTokens).ToArray();
        if (starved.Length > 0)
        {
            var worst = starved.MinBy(linear => linear.Tokens)!;
            results.WriteLine($"  few tokens       fewer than {leastTokens} calibration tokens reached {starved.Length} linears of experts; only {worst.Tokens} reached {worst.Name} (see {PruneJob.ManifestName})");
        }
    }
}
