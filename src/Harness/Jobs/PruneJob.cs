using System.Diagnostics;
using Harness.Cli.CommandLine;
using Harness.Cli.Progress;
using Harness.Data;
using Harness.Data.Sampling;
using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Models.Decoders;
using Harness.Prune;
using Harness.Prune.Masks;
using Harness.Results;

namespace Harness.Cli.Jobs;

/// <summary>Prunes a checkpoint into a new folder, one block in memory at a time.</summary>
/// <param name="options">What was said about the method, as given, for the manifest.</param>
/// <param name="calibration">Null where the method needs none.</param>
/// <param name="saveAs">The type to store in; null keeps each tensor's own.</param>
/// <param name="isCompressed">Whether pruned linears are stored as <see cref="Sparse24Bitmask"/>.</param>
internal sealed class PruneJob(
    CausalLM model, PruningRecipe recipe, IReadOnlyDictionary<string, string> options, CalibrationSource? calibration, string output, ElementType? saveAs, bool isCompressed, Session session)
{
    /// <summary>Its manifest within the new folder.</summary>
    public const string ManifestName = "harness.json";

    private readonly StageClock _clock = new();
    private readonly List<ManifestLinear> _linears = [];
    private readonly List<KeyValuePair<string, TierMap>> _tiers = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private IReadOnlyList<double>? _layerRatios;

    /// <summary>Does it; without an exception, the folder is complete.</summary>
    public PruneManifest Run()
    {
        using var pruned = new PrunedCheckpoint(model, output, saveAs, Compressed());
        var set = calibration is null ? null : _clock.Time("sample", () => calibration.Draw(session));
        FreedMemory.ReturnAll();
        var states = MemoryPlan.StateBytes(model.Config, model.DType, set?.Ids.Length ?? 0);
        var plan = MemoryPlan.OfPruning(model.Config, model.DType, model.Device.type, recipe.Method.Needs, set?.Length ?? 0)
            .Place(Enumerable.Repeat(states, recipe.Propagation == Propagation.Dense ? 2 : 1), session.Memory, Accelerator.FreeMemory(model.Device));
        session.Note(plan.ToString());
        model.States = plan.Space(CacheFolder.Default);
        PruneInto(pruned, set);
        if (_tiers.Count > 0)
        {
            TierMapFile.Write((tensors, metadata) => pruned.Files.AddSidecar(TierMapFile.SidecarName, tensors, metadata), recipe.Method.Name, _tiers);
        }

        var zeros = _clock.Time("write", () =>
        {
            pruned.Files.Complete();
            return Achieved();
        });
        var manifest = Manifest(set, zeros);
        pruned.Files.AddText(ManifestName, JsonResult.Text(manifest));
        pruned.Files.Commit();
        return manifest;
    }

    private IEnumerable<string> Linears() => model.Linears.Select(linear => linear.Parameter);

    private Sparse24Bitmask? Compressed()
    {
        if (isCompressed && model.Linears.FirstOrDefault(linear => linear.Linear.Transposed) is { Linear: not null } transposed)
        {
            throw new InputException($"{transposed.Parameter} is stored with its inputs down the rows, which {Sparse24Bitmask.Name} has no form for. Leave --format out.");
        }

        return isCompressed ? new Sparse24Bitmask([.. Linears().Where(recipe.Filter.Selects)], [.. Linears().Where(linear => !recipe.Filter.Selects(linear))]) : null;
    }

    private void PruneInto(PrunedCheckpoint pruned, CalibrationSet? set)
    {
        using var stage = session.Begin("prune", model.Config.Layers, "blocks");
        var passes = recipe.Propagation == Propagation.Dense ? 1 : 2;
        var progress = new BlockProgress(stage, passes * (set?.Ids.Length ?? 1L));
        model.Progress = progress;
        using var run = new PruningRun(recipe, set is null ? null : _clock.Time("embed", () => HiddenStates.Embed(model, set)));
        foreach (var (_, block) in new PruningWalk(model, [run]).Steps())
        {
            run.Clock.Time("write", () => Write(pruned, block, run));
            progress.Next();
            FreedMemory.ReturnWhereScarce(session.Memory);
        }

        model.Progress = null;
        _layerRatios = run.LayerRatios;
        foreach (var (stageName, seconds) in run.Clock.Seconds)
        {
            _clock.Add(stageName, seconds);
        }

        if (run.Failure is { } failure)
        {
            throw failure;
        }
    }

    private void Write(PrunedCheckpoint pruned, DecoderBlock block, PruningRun run)
    {
        var reports = run.Linears.Where(report => report.Layer == block.Index).ToDictionary(report => report.Parameter);
        var allTokens = run.Linears.Max(linear => linear.Tokens);
        foreach (var linear in block.Linears)
        {
            using var scope = NewDisposeScope();
            var count = pruned.Write(linear.Parameter, linear.StoredWeight);
            var report = reports[linear.Parameter];
            if (report.Tiers is { } tiers)
            {
                _tiers.Add(new(linear.Parameter, tiers));
            }

            _linears.Add(new ManifestLinear(
                linear.Parameter, block.Index, count.Zeros, count.Elements, count.Share, report.Damping?.Raises, report.Facts.Count == 0 ? null : report.Facts,
                report.Tokens < allTokens ? report.Tokens : null));
        }
    }

    private AchievedSparsity Achieved()
    {
        var names = _linears.Select(linear => linear.Name).ToHashSet(StringComparer.Ordinal);
        var outside = ZeroCounts.OutsideOf(model.Folder, model.Config, names);
        var linears = _linears.Select(linear => new ZeroCount(linear.Zeros, linear.Elements)).Sum();
        var layers = _linears.GroupBy(linear => linear.Layer).Select(layer => layer.Select(linear => new ZeroCount(linear.Zeros, linear.Elements)).Sum().Share);
        return new AchievedSparsity(linears, new[] { linears, outside }.Sum(), [.. layers]);
    }

    private PruneManifest Manifest(CalibrationSet? set, AchievedSparsity achieved) => new()
    {
        Harness = VersionLine.Version,
        Libtorch = __version__,
        OpenBlas = Processor.OpenBlasKernels,
        Model = model.Folder.Path,
        Method = recipe.Method.Name,
        MethodVersion = recipe.Method.Version,
        Options = options.Count == 0 ? null : options,
        Sparsity = recipe.Sparsity.ToString(),
        LayerRatios = _layerRatios,
        Dtype = model.DType.ToElementType().TorchName(),
        Device = model.Device.ToString(),
        Threads = get_num_threads(),
        Calibration = set is null ? null : new ManifestCalibration(
            calibration!.Corpus, set.Samples, set.Length, calibration.Seed?.ToString(), Propagations.Name(recipe.Propagation), calibration.DataHash(), set.Hash, calibration.Preproc),
        Achieved = achieved,
        Linears = _linears,
        Seconds = new Dictionary<string, double>(_clock.Seconds) { ["total"] = Stopwatch.GetElapsedTime(_start).TotalSeconds },
        PeakBytes = Bytes.Peak,
    };
}
