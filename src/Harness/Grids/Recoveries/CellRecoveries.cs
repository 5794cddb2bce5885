using System.Globalization;
using Harness.Cli.Jobs;
using Harness.LoraFinetune.Adapters;
using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Prune;
using Harness.Results;

namespace Harness.Cli.Grids.Recoveries;

/// <summary>
/// The recoveries that start from one pruned cell, one after the other: each trained from the pruned weights in the cache, then scored like any cell. What was trained stays in the cache too, so
/// that another evaluation does not train again.
/// </summary>
/// <param name="cells">They differ in their recovery only.</param>
/// <param name="weightsFolder">Where pruned and recovered weights are kept, and how far a killed scoring had come.</param>
internal sealed class CellRecoveries(Grid grid, GridMaterial material, IReadOnlyList<Cell> cells, string weightsFolder, Session session, CellEnd end)
{
    /// <summary>The folder within the cache in which pruned checkpoints lie.</summary>
    public const string PrunedKind = "pruned";

    /// <summary>The folder within the cache in which trained adapters and checkpoints lie.</summary>
    public const string RecoveredKind = "recovered";

    private readonly PrunedWeights _pruned = new(material.Model, Path.Combine(weightsFolder, PrunedKind, CellKey.Of(CellInputs.OfPruning(grid, material, cells[0]))));
    private Exception? _failure;

    /// <summary>The pruned weights, to be made by a sweep; null where the cache has them.</summary>
    public PrunedWeights? Missing => _pruned.IsComplete ? null : _pruned;

    /// <summary>The sweep is over.</summary>
    public void Ended(PruningRun run) => _failure = run.Failure ?? _pruned.Failure;

    /// <summary>Trains and scores them; what goes wrong ends one cell alone.</summary>
    public void Run()
    {
        foreach (var cell in cells)
        {
            var (inputs, clock) = (CellInputs.Of(grid, material, cell), new StageClock());
            try
            {
                Run(cell, inputs, clock);
            }
            catch (Exception e) when (PruningRun.IsOfOneRun(e))
            {
                end.Fail(cell, inputs, e, clock.Seconds);
            }
        }
    }

    private void Run(Cell cell, IReadOnlyDictionary<string, string> inputs, StageClock clock)
    {
        if (_failure is not null)
        {
            throw _failure;
        }

        var (linears, pruning) = _pruned.Reports();
        foreach (var (stage, seconds) in pruning)
        {
            clock.Add(stage, seconds);
        }

        var trained = Trained(cell);
        clock.Add("finetune", Manifest(trained).Seconds.Values.Sum());
        Score(cell, inputs, trained, linears, clock);
    }

    /// <summary>The folder of the trained adapter or checkpoint.</summary>
    private string Trained(Cell cell)
    {
        var folder = Path.Combine(weightsFolder, RecoveredKind, CellKey.Of(CellInputs.OfRecovery(grid, material, cell)));
        if (!Directory.Exists(folder))
        {
            session.Note($"{cell}: training");
            var recipe = RecoveryRecipe.Of(grid, material, cell.Recovery!);
            using var model = Open(_pruned.Folder);
            new FinetuneJob(model, recipe, material.Training(recipe), new FinetuneChoice(folder, Adapter: null, Masks: null, Merge: null), session).Run();
        }

        return folder;
    }

    /// <summary>An adapter stays beside the pruned weights.</summary>
    private void Score(Cell cell, IReadOnlyDictionary<string, string> inputs, string trained, IReadOnlyList<LinearReport> linears, StageClock clock)
    {
        var isAdapter = PeftFolder.Is(trained);
        using var model = Open(isAdapter ? _pruned.Folder : trained);
        using var adapter = isAdapter ? PeftFolder.Read(trained, model) : null;
        model.Overlay = adapter?.Overlay ?? model.Overlay;
        LinearReport[] counted = [.. linears.Select(linear => linear with { Zeros = Zeros(model.Folder, linear.Parameter) })];
        var scored = material.With(model);
        session.Note($"{cell}: scoring");
        SweepTask[] tasks = [new(cell, inputs, Recipe: null)];
        model.States = SweepPlan.Of(scored, tasks, session.Memory).Memory.Space(weightsFolder);
        using var stage = session.Begin($"{cell}", model.Config.Layers, "blocks");
        new Sweep(scored, tasks, CellKey.Of(inputs), weightsFolder, new SnapshotRhythm(), session.Memory).Run(stage.Report, (ended, results) =>
        {
            foreach (var (name, seconds) in ended.Run.Clock.Seconds)
            {
                clock.Add(name, seconds);
            }

            end.Save(ended, Record(Manifest(trained)), counted, model.Folder, clock.Seconds, results);
        });
    }

    private CausalLM Open(string folder) => CausalLM.Open(folder, material.Model.DType, material.Model.Device);

    private static FinetuneManifest Manifest(string trained) => JsonResult.Read<FinetuneManifest>(Path.Combine(trained, PruneJob.ManifestName));

    private static long Zeros(CheckpointFolder folder, string parameter)
    {
        using var weight = folder.Load(parameter);
        var zeros = ZeroCounts.Of(weight).Zeros;
        folder.Release();
        return zeros;
    }

    private RecoveryRecord Record(FinetuneManifest manifest) => new()
    {
        Protocol = new RecoveryProtocol
        {
            Corpus = manifest.Recipe.Corpus,
            Steps = manifest.Recipe.Steps,
            Batch = manifest.Recipe.Batch * manifest.Recipe.Accumulate,
            Length = manifest.Recipe.Length,
            LearningRate = manifest.Recipe.Lr,
            Seed = int.Parse(manifest.Recipe.Seed, CultureInfo.InvariantCulture),
            Settings = Settings(manifest.Recipe),
            Trained = manifest.Parameters,
            Data = manifest.Recipe.Data,
            Ids = manifest.Recipe.Ids,
        },
        EvalLossBefore = manifest.EvalLossBefore,
        EvalLossAfter = manifest.EvalLossAfter,
        EvalLosses = manifest.Evaluations.Count == 0 ? null : [.. manifest.Evaluations.Select(held => (held.Step, held.Loss))],
        Loss = manifest.Loss,
        GradNorm = manifest.GradNorm,
        LearningRate = manifest.LearningRate,
    };

    private static Dictionary<string, string> Settings(FinetuneProtocol recipe)
    {
        (string Name, IFormattable? Value)[] numbers =
            [("rank", recipe.Rank), ("alpha", recipe.Alpha), ("dropout", recipe.Dropout), ("warmup", recipe.Warmup), ("weight-decay", recipe.WeightDecay)];
        var settings = numbers.Where(number => number.Value is not null).ToDictionary(number => number.Name, number => number.Value!.ToString(null, CultureInfo.InvariantCulture));
        settings["schedule"] = recipe.Schedule;
        if (recipe.Targets is { } targets)
        {
            settings["targets"] = targets.Count == 0 ? "all" : string.Join(',', targets);
        }

        return settings;
    }
}
