using System.Globalization;
using System.Text.Json;
using Harness.Cli.CommandLine;
using Harness.Data.Training;
using Harness.LoraFinetune;
using Harness.LoraFinetune.Adapters;
using Harness.LoraFinetune.Masks;
using Harness.LoraFinetune.Recipes;
using Harness.LoraFinetune.Training;
using Harness.Models;
using Harness.Models.Checkpoints;

namespace Harness.Cli.Jobs;

/// <summary>What <c>finetune</c> was asked for.</summary>
/// <param name="Output">The new folder: an adapter, or a checkpoint.</param>
/// <param name="Adapter">A folder to begin with; null for a new adapter.</param>
/// <param name="Masks">A file; null for what the checkpoint says.</param>
/// <param name="Merge">How the adapter goes into the weights; null: it stays beside them.</param>
internal sealed record FinetuneChoice(string Output, string? Adapter, string? Masks, MergeForm? Merge);

/// <summary>Trains a checkpoint by a recipe and writes the adapter, or the checkpoint with its new weights. A killed run goes on from its last state, which lies beside the output until that is there.</summary>
internal sealed class FinetuneJob(CausalLM model, FinetuneRecipe recipe, TrainingSource source, FinetuneChoice choice, Session session)
{
    private readonly StageClock _clock = new();

    /// <summary>Does it; without an exception, the folder is complete.</summary>
    public FinetuneManifest Run()
    {
        CheckOutput();
        using var masks = _clock.Time("masks", () => SparsityMasks.Of(model, choice.Masks));
        if (masks.NewlyPruned > 0)
        {
            session.Note($"{masks.NewlyPruned} weights that {masks.Source} prunes are not 0 in {model.Folder.Path}; they are taken as pruned.");
        }

        using var weights = Weights(masks);
        if (choice.Merge == MergeForm.Plain)
        {
            AdapterMerge.RefuseToFill(weights.Tensors.Select(tensor => tensor.Parameter).Distinct(), masks);
        }

        var (rows, evaluation) = _clock.Time("sample", () => source.Read(recipe, session));
        var state = new TrainingState($"{Path.TrimEndingDirectorySeparator(choice.Output)}.training", Inputs(weights, rows, evaluation));
        state.Check();
        session.Note(string.Create(CultureInfo.InvariantCulture, $"{recipe.Name}: {weights.Parameters} numbers to train, {rows.Rows} rows of {rows.Length} tokens from {source.Corpus}, {masks.Pruned} weights stay 0 ({masks.Source})."));
        var curve = Train(weights, rows, evaluation, state);
        var merged = choice.Merge is null || evaluation is null ? (double?)null : _clock.Time("evaluate", () => LossOfMerged(((LoraWeights)weights).Adapter, masks, evaluation));
        FinetuneManifest Manifest() => ManifestOf(weights, masks, rows, evaluation, curve) with { EvalLossMerged = merged };
        _clock.Time("write", () => Write(weights, masks, Manifest));
        state.Delete();
        return Manifest();
    }

    private void CheckOutput()
    {
        if (Directory.Exists(choice.Output) || File.Exists(choice.Output))
        {
            throw new InputException($"{choice.Output} already exists. Choose another output folder or remove it.");
        }
    }

    private TrainedWeights Weights(SparsityMasks masks)
    {
        if (recipe.Lora is not { } shape)
        {
            return new OwnWeights(model, recipe.Part, masks);
        }

        var adapter = choice.Adapter is { } folder ? PeftFolder.Read(folder, model, shape.Dropout) : LoraAdapter.New(model, shape, recipe.Seed);
        return new LoraWeights(adapter, shape.Dropout, recipe.Seed, masks);
    }

    private TrainingCurve Train(TrainedWeights weights, TrainingSet rows, TrainingSet? evaluation, TrainingState state)
    {
        var total = (double)recipe.StepsOf(rows.Rows) * recipe.RowsPerStep;
        using var stage = session.Begin("finetune", total, "rows");
        var trainer = new Trainer(model, weights, recipe, rows)
        {
            Evaluation = evaluation,
            OrderSeed = source.IsShuffled ? recipe.Seed : null,
            State = state,
            Budget = session.Memory,
            Progress = new RowProgress(stage, recipe.RowsPerStep),
        };
        session.Note(Plan(trainer.Memory));
        return _clock.Time("train", trainer.Run);
    }

    /// <summary>The loss of what will be written: where the adapter is masked it is not that of the adapter beside the weights.</summary>
    private double LossOfMerged(LoraAdapter adapter, SparsityMasks masks, TrainingSet evaluation)
    {
        using var scope = NewDisposeScope();
        var merged = AdapterMerge.Merged(model, adapter, masks, choice.Merge!.Value).ToDictionary(weight => weight.Key, weight => weight.Value().to(model.DType, model.Device));
        var before = model.Overlay;
        model.Overlay = WeightOverlay.None with { Tensors = merged.Concat(masks.Applied.Where(own => !merged.ContainsKey(own.Key))).ToDictionary() };
        try
        {
            return HeldOutLoss.Of(model, evaluation);
        }
        finally
        {
            model.Overlay = before;
        }
    }

    private string Plan(TrainingMemory memory)
    {
        var graphs = memory.KeepsGraphs ? $"{Bytes.Text(memory.Graphs)} graphs of all blocks" : $"{Bytes.Text(memory.Graphs / model.Config.Layers)} graph of a block, each computed anew on the way back";
        var held = memory.Holds ? $"{Bytes.Text(memory.Held)} frozen weights" : "frozen weights converted block by block";
        return $"Memory plan: {held} + {Bytes.Text(memory.Trained)} trained, gradients and moments + {graphs}.";
    }

    private void Write(TrainedWeights weights, SparsityMasks masks, Func<FinetuneManifest> manifest)
    {
        if (weights is LoraWeights { Adapter: var adapter })
        {
            if (choice.Merge is { } form)
            {
                WriteCheckpoint(AdapterMerge.Merged(model, adapter, masks, form), masks, manifest);
                return;
            }

            using var folder = new DurableFolder(choice.Output);
            PeftFolder.Write(adapter, model, folder.Partial);
            Durable.WriteText(Path.Combine(folder.Partial, PruneJob.ManifestName), JsonResult.Text(manifest()));
            folder.Commit();
            return;
        }

        WriteCheckpoint(weights.Tensors.ToDictionary(tensor => tensor.Name, tensor => (Func<Tensor>)(() => tensor.Value.detach())), masks, manifest);
    }

    private void WriteCheckpoint(IReadOnlyDictionary<string, Func<Tensor>> replaced, SparsityMasks masks, Func<FinetuneManifest> manifest) =>
        RecoveredCheckpoint.Write(model, choice.Output, replaced, choice.Merge == MergeForm.Plain ? null : masks, writer => writer.AddText(PruneJob.ManifestName, JsonResult.Text(manifest())));

    /// <summary>Everything that the numbers depend on: a training that was begun with other ones is not gone on with.</summary>
    private Dictionary<string, string> Inputs(TrainedWeights weights, TrainingSet rows, TrainingSet? evaluation)
    {
        var inputs = new Dictionary<string, string>
        {
            ["model"] = model.Folder.Key,
            ["adapter"] = choice.Adapter is { } folder ? PeftFolder.Key(folder) : "none",
            ["masks"] = choice.Masks is { } path ? ContentKey.OfFile(path) : "of the model",
            ["dtype"] = model.DType.ToElementType().TorchName(),
            ["device"] = model.Device.type.ToString(),
        };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(Protocol(weights, rows, evaluation), JsonSerializerOptions.Web)!.AsObject())
        {
            inputs[$"recipe.{name}"] = value?.ToString() ?? "none";
        }

        return inputs;
    }

    private FinetuneProtocol Protocol(TrainedWeights weights, TrainingSet rows, TrainingSet? evaluation) => new(
        recipe.Name,
        FinetuneRecipe.Version,
        recipe.Part.ToString().ToLowerInvariant(),
        (weights as LoraWeights)?.Adapter.Shape.Rank,
        (weights as LoraWeights)?.Adapter.Shape.Alpha,
        recipe.Lora?.Dropout,
        (weights as LoraWeights)?.Adapter.Shape.Targets,
        recipe.LearningRate,
        recipe.Warmup,
        recipe.Schedule.ToString().ToLowerInvariant(),
        recipe.Optimizer.WeightDecay,
        recipe.MaxGradNorm,
        recipe.StepsOf(rows.Rows),
        recipe.Batch,
        recipe.Accumulate,
        rows.Length,
        recipe.Seed.ToString(CultureInfo.InvariantCulture),
        source.Corpus,
        source.DataHash(),
        rows.Rows,
        rows.Hash,
        evaluation?.Hash);

    private FinetuneManifest ManifestOf(TrainedWeights weights, SparsityMasks masks, TrainingSet rows, TrainingSet? evaluation, TrainingCurve curve) => new()
    {
        Harness = VersionLine.Version,
        Libtorch = __version__,
        OpenBlas = Processor.OpenBlasKernels,
        Model = model.Folder.Path,
        Adapter = choice.Adapter,
        Recipe = Protocol(weights, rows, evaluation),
        Parameters = weights.Parameters,
        Masks = new FinetuneMasks(masks.Source, masks.Pruned),
        Merge = choice.Merge?.ToString().ToLowerInvariant(),
        Dtype = model.DType.ToElementType().TorchName(),
        Device = model.Device.ToString(),
        Threads = get_num_threads(),
        Seconds = _clock.Seconds,
        PeakBytes = Bytes.Peak,
        Loss = curve.Loss,
        GradNorm = curve.GradNorm,
        LearningRate = curve.LearningRate,
        EvalLossBefore = curve.EvalLossBefore,
        EvalLossAfter = curve.EvalLossAfter,
        Evaluations = curve.Evaluations,
    };

    /// <summary>Rows done; an evaluation only asks whether to stop.</summary>
    private sealed class RowProgress(Progress.Stage stage, int rowsPerStep) : IProgress<TrainingProgress>
    {
        private double _done;

        public void Report(TrainingProgress value)
        {
            if (value.Step is { } step)
            {
                _done = Math.Max(_done, (double)step * rowsPerStep) + value.Rows;
            }

            stage.Report(_done);
        }
    }
}
