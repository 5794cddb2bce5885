using System.CommandLine;
using System.Globalization;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.Prune.Gradients;

namespace Harness.Cli.Verbs;

/// <summary>Gradient statistics of a checkpoint, which pruner-zero and gblm prune by.</summary>
internal sealed class GradientsVerb : Verb
{
    private const string Corpus = "wikitext2";

    private readonly Session _session;
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string> _out = OptionFactory.Written(OptionFactory.Required(
        "--out", "FILE", "Safetensors: l2.NAME_layer_I and l1.NAME_layer_I of every linear, √Σ g² and Σ |g| over the samples."));

    private readonly CalibrationOptions _calibration;
    private readonly Option<double?> _scale = OptionFactory.Positive("--scale", "S", "Multiplies every gradient (default: 100, as the authors' code does).");
    private readonly Option<string?> _store = OptionFactory.Choice(
        "--store", "Type of the statistics in the file (default: float16, in which l1 is then also summed, as in the authors' code).", "float16", "float32");

    private readonly ComputeOptions _compute;
    private readonly MemoryOption _memory;
    private readonly Option<string?> _json = CommonOptions.Json();

    public GradientsVerb(Session session)
        : base(
            "gradients",
            "Computes how strongly the loss depends on each weight, for pruner-zero and gblm.",
            "harness gradients --model llama-7b --samples 128 --data datasets --out gradients.safetensors",
            "harness gradients --model llama-7b --corpus c4 --length 2048 --data datasets --out gblm.safetensors")
    {
        _session = session;
        Add(_model);
        Add(_out);
        _calibration = new CalibrationOptions(this, "--corpus", Corpus);
        Add(_scale);
        Add(_store);
        _compute = new ComputeOptions(this, "Load and compute in this type (default: float32 on the CPU, the checkpoint's own on CUDA).");
        _memory = new MemoryOption(this);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var output = parsed.GetRequiredValue(_out);
        using var model = _compute.Open(parsed, parsed.GetRequiredValue(_model));
        var choice = _calibration.Read(parsed);
        var source = CalibrationSource.Of(choice with { Source = choice.Source ?? Corpus }, model.Folder);
        if (source.Length < 2)
        {
            throw new InputException($"Samples of {source.Length} token have no next token to predict. Use --length 2 or more.");
        }

        var store = DTypeChoice.Parse(parsed.GetValue(_store) ?? "float16");
        var result = new GradientsJob(model, source, parsed.GetValue(_scale) ?? GradientWalk.UsualScale, store, output, _memory.Within(parsed, _session)).Run();
        JsonResult.Write(parsed.GetValue(_json), result);
        Summarise(result, output);
        return 0;
    }

    private void Summarise(GradientsResult result, string output)
    {
        var results = _session.Results;
        results.WriteLine($"l1 and l2 of {result.Linears.Count} linears, {result.Store}: {output}");
        results.WriteLine($"  samples      {result.Samples.Count} of {result.Samples.Length} tokens, {result.Samples.Corpus}");
        results.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  mean loss    {result.Losses.Average():0.0000}"));
        results.WriteLine($"  seconds      {string.Join(", ", result.Seconds.Select(stage => string.Create(CultureInfo.InvariantCulture, $"{stage.Key} {stage.Value:0.00}")))}");
        results.WriteLine($"  peak memory  {Bytes.Text(result.PeakBytes)}");
        if (result.Linears.Sum(linear => linear.Overflows) is var overflows and > 0)
        {
            _session.Note($"{overflows} statistics exceed float16 and are stored as infinity. Use --store float32, or a smaller --scale.");
        }
    }
}
