using System.CommandLine;
using System.Globalization;
using Harness.Cli.CommandLine;
using Harness.Cli.Jobs;
using Harness.Cli.Options;
using Harness.LoraFinetune.Adapters;
using Harness.LoraFinetune.Masks;
using Harness.LoraFinetune.Recipes;
using Harness.Models;
using Harness.Models.Tokenizers;

namespace Harness.Cli.Verbs;

/// <summary>Trains a pruned checkpoint so that it recovers: an adapter beside it, or its own weights where they are not pruned.</summary>
internal sealed class FinetuneVerb : Verb
{
    private static readonly string[] OfAdapters = ["rank", "alpha", "targets"];
    private static readonly string[] OfSampling = ["corpus", "rows", "samples", "length"];

    private readonly Session _session;
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string> _out = OptionFactory.Required("--out", "DIR", "The new folder: an adapter in PEFT's layout; a checkpoint for recipes without adapters, or with --merge.");
    private readonly RecipeOptions _recipe;
    private readonly Option<string?> _adapter = OptionFactory.Text("--adapter", "DIR", "Go on from this adapter (adapter_config.json beside adapter_model.safetensors) instead of a new one.");
    private readonly Option<string?> _masks = OptionFactory.Text(
        "--masks", "FILE", "What is pruned: safetensors named as the weights, 1 = kept (default: what prune has left in the checkpoint, else the zeros of its weights).");

    private readonly Option<string?> _merge = new("--merge")
    {
        HelpName = "plain|masked",
        Description = "Write a checkpoint with the adapter in its weights: plain (refused where it would fill pruned weights) or masked (what is pruned stays 0).",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _fromIds = OptionFactory.Text("--from-ids", "FILE", "Train on these rows in their order instead of a text: safetensors with train_ids [rows, length] and, to measure the loss on, eval_ids.");
    private readonly Option<string?> _data = CommonOptions.Data();
    private readonly Option<string?> _record = OptionFactory.Written(OptionFactory.Text("--record", "FILE", "Also write loss, gradNorm and learningRate of every step, evalLossBefore and evalLossAfter as JSON (docs/json.md)."));
    private readonly ComputeOptions _compute;
    private readonly MemoryOption _memory;
    private readonly Option<string?> _json = CommonOptions.Json();

    public FinetuneVerb(Session session)
        : base(
            "finetune",
            "Trains a pruned checkpoint to recover, without filling what is pruned: LoRA, all remaining weights, or norms and biases.",
            "harness finetune --model llama-7b-wanda --out llama-7b-wanda-lora --data datasets",
            "harness finetune --model llama-7b-wanda --recipe full --steps 200 --accumulate 16 --out llama-7b-wanda-full --data datasets",
            "harness score --model llama-7b-wanda --adapter llama-7b-wanda-lora --tasks wikitext2 --data datasets")
    {
        _session = session;
        Add(_model);
        Add(_out);
        _recipe = new RecipeOptions(this);
        foreach (var option in new Option[] { _adapter, _masks, _merge, _fromIds, _data, _record })
        {
            Add(option);
        }

        _compute = new ComputeOptions(this, "Load and compute in this type; what is trained stays float32 (default: float32 on the CPU, the checkpoint's own on CUDA).");
        _memory = new MemoryOption(this);
        Add(_json);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        var given = _recipe.Given(parsed);
        var recipe = _recipe.Read(parsed, given);
        var choice = new FinetuneChoice(parsed.GetRequiredValue(_out), parsed.GetValue(_adapter), parsed.GetValue(_masks), Merge(parsed));
        Check(recipe, choice, parsed.GetValue(_fromIds), given);
        using var model = _compute.Open(parsed, parsed.GetRequiredValue(_model));
        var (source, fitted) = Source(parsed, AsScheduled(recipe, model, given), model, given);
        var result = new FinetuneJob(model, fitted, source, choice, _memory.Within(parsed, _session)).Run();
        JsonResult.Write(parsed.GetValue(_record), result);
        JsonResult.Write(parsed.GetValue(_json), result);
        Summarise(result, choice.Output);
        return 0;
    }

    /// <summary>Behind an iteration of progressive pruning, the weights are trained as long as its schedule wants, unless something else is asked for.</summary>
    private FinetuneRecipe AsScheduled(FinetuneRecipe recipe, CausalLM model, IReadOnlyDictionary<string, string> given)
    {
        if (recipe.Part != TrainedPart.Full || given.ContainsKey("epochs") || given.ContainsKey("steps") || TierSidecar.Epochs(model.Folder) is not { } epochs)
        {
            return recipe;
        }

        _session.Note(string.Create(CultureInfo.InvariantCulture, $"The schedule that {model.Folder.Path} was pruned by wants {epochs} epochs."));
        return recipe with { Epochs = epochs };
    }

    private (TrainingSource Source, FinetuneRecipe Recipe) Source(ParseResult parsed, FinetuneRecipe recipe, CausalLM model, IReadOnlyDictionary<string, string> given)
    {
        if (parsed.GetValue(_fromIds) is { } file)
        {
            var rows = new GivenRows(file) { Corpus = Path.GetFileName(file) };
            return (rows, recipe with { Length = rows.Length, Samples = null });
        }

        return (CorpusRows.Of(recipe, DataChoice.Root(parsed.GetValue(_data)), Tokenizer.Load(model.Folder.Path)), given.ContainsKey("length") ? recipe : recipe with { Length = Math.Min(recipe.Length, model.Config.MaxPositions) });
    }

    private MergeForm? Merge(ParseResult parsed) => parsed.GetResult(_merge) is not { Implicit: false } ? null : parsed.GetValue(_merge) switch
    {
        null or "plain" => MergeForm.Plain,
        "masked" => MergeForm.Masked,
        var other => throw new InputException($"--merge is '{other}'; plain or masked was expected."),
    };

    private static void Check(FinetuneRecipe recipe, FinetuneChoice choice, string? ids, IReadOnlyDictionary<string, string> given)
    {
        if (recipe.Lora is null && (choice.Adapter is not null ? "--adapter" : choice.Merge is not null ? "--merge" : null) is { } idle)
        {
            throw new InputException($"Recipe {recipe.Name} trains no adapter, so {idle} has no meaning. Leave it out, or use recipe wanda or llm-pruner.");
        }

        if (choice.Adapter is not null && OfAdapters.FirstOrDefault(given.ContainsKey) is { } form)
        {
            throw new InputException($"--adapter says what the adapter is like, and --{form} says so as well. Leave --{form} out.");
        }

        if (ids is not null && OfSampling.FirstOrDefault(given.ContainsKey) is { } sampling)
        {
            throw new InputException($"--{sampling} belongs to sampling; {ids} holds the rows themselves. Leave --{sampling} out.");
        }
    }

    private void Summarise(FinetuneManifest result, string output)
    {
        var results = _session.Results;
        results.WriteLine($"{result.Recipe.Name}, {result.Recipe.Steps} steps: {output}");
        results.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  trained      {result.Parameters} numbers; {result.Masks.Pruned} weights stay 0"));
        if (result.Loss.Count > 0)
        {
            results.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  loss         {result.Loss[0]:0.0000} in the first step, {result.Loss[^1]:0.0000} in the last"));
        }

        if (result.EvalLossBefore is { } before && result.EvalLossAfter is { } after)
        {
            results.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  evaluation   {before:0.0000} before, {after:0.0000} after{(result.EvalLossMerged is { } merged ? $", {merged:0.0000} merged" : "")}"));
        }

        results.WriteLine($"  seconds      {string.Join(", ", result.Seconds.Select(stage => string.Create(CultureInfo.InvariantCulture, $"{stage.Key} {stage.Value:0.00}")))}");
        results.WriteLine($"  peak memory  {Bytes.Text(result.PeakBytes)}");
    }
}
