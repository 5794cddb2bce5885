using System.Globalization;
using Harness.Cli.CommandLine;
using Harness.Cli.Progress;
using Harness.Data.Sampling;
using Harness.Models;
using Harness.Models.Backward;
using Harness.Models.Checkpoints;
using Harness.Models.Decoders;
using Harness.Prune.Gradients;

namespace Harness.Cli.Jobs;

/// <summary>Computes the gradient statistics of a checkpoint's linears and writes them as one file, one block in memory at a time.</summary>
/// <param name="store">The type to store them in; with float16, Σ |g| also runs in it, as in the authors' code.</param>
internal sealed class GradientsJob(CausalLM model, CalibrationSource source, double scale, ElementType store, string output, Session session)
{
    // of a token going back through a block, in forward passes: once more forward, then the gradients of inputs and of weights
    private const int BackwardCost = 3;

    private readonly StageClock _clock = new();
    private readonly List<GradientLinear> _linears = [];
    private readonly List<StoredTensor> _declared = [];

    /// <summary>Does it; without an exception, the file is complete.</summary>
    public GradientsResult Run()
    {
        var set = _clock.Time("sample", () => source.Draw(session).OfOneLength("gradients"));
        var isKept = BlockInputs.Bytes(model, set.Ids.Length) <= session.Memory.Free;
        session.Note(MemoryPlan.OfGradients(model.Config, model.DType, model.Device.type, set.Ids.Length, set.Length, isKept).ToString());
        using var stage = session.Begin("gradients", set.Ids.Length, "tokens");
        var progress = new TokenProgress(stage, model.Config.Layers * (1 + BackwardCost)) { Cost = 1 };
        model.Progress = progress;
        try
        {
            // never committed: what lies in it goes with it
            using var scratch = isKept ? null : new DurableFolder($"{output}.states");
            using var inputs = _clock.Time("forward", () => BlockInputs.Of(model, HiddenStates.Embed(model, set.Ids, set.Length), scratch?.Partial, Declare));
            progress.Cost = BackwardCost;
            var losses = _clock.Time("backward", () => Write(inputs, set));
            return Result(set, losses);
        }
        finally
        {
            model.Progress = null;
        }
    }

    private void Declare(DecoderBlock block) => _declared.AddRange(GradientKeys.Statistics.SelectMany(statistic =>
        block.Linears.Select(linear => new StoredTensor(GradientKeys.Of(statistic, linear.Name, block.Index), store, linear.Weight.shape))));

    private IReadOnlyList<double> Write(BlockInputs inputs, CalibrationSet set)
    {
        using var scope = NewDisposeScope();
        var ids = tensor(set.Ids).to(int64).view(set.Samples, set.Length);
        var walk = new GradientWalk(model, scale, store == ElementType.Float16 ? float16 : float32);
        Durable.WriteFile(output, stream =>
        {
            var writer = new SafetensorsWriter(stream, _declared, Metadata(set));
            foreach (var linear in walk.Steps(inputs, ids))
            {
                Write(writer, linear);
            }

            writer.Complete();
        });
        return walk.Losses;
    }

    private void Write(SafetensorsWriter writer, LinearGradients gradients)
    {
        using var scope = NewDisposeScope();
        var type = store.ToScalarType()!.Value;
        var (l2, l1) = (gradients.L2().to(type), gradients.L1.to(type));
        var (name, layer) = (gradients.Linear.Name, gradients.Layer);
        writer.Write(GradientKeys.Of("l2", name, layer), l2);
        writer.Write(GradientKeys.Of("l1", name, layer), l1);
        var overflows = l2.numel() + l1.numel() - l2.isfinite().sum().item<long>() - l1.isfinite().sum().item<long>();
        _linears.Add(new GradientLinear(
            GradientKeys.Of(name, layer), layer, gradients.L2().max().item<double>(), l2.numel() - l2.count_nonzero().item<long>(), overflows));
    }

    private Dictionary<string, string> Metadata(CalibrationSet set) => new()
    {
        ["format"] = "pt",
        ["corpus"] = source.Corpus,
        ["samples"] = Text(set.Samples),
        ["length"] = Text(set.Length),
        ["seed"] = source.Seed?.ToString(CultureInfo.InvariantCulture) ?? "",
        ["preproc"] = source.Preproc ?? "",
        ["ids"] = set.Hash,
        ["scale"] = Text(scale),
    };

    private GradientsResult Result(CalibrationSet set, IReadOnlyList<double> losses) => new()
    {
        Harness = VersionLine.Version,
        Libtorch = __version__,
        OpenBlas = Processor.OpenBlasKernels,
        Model = model.Folder.Path,
        Dtype = model.DType.ToElementType().TorchName(),
        Device = model.Device.ToString(),
        Threads = get_num_threads(),
        Samples = new GradientSamples(source.Corpus, set.Samples, set.Length, source.Seed?.ToString(CultureInfo.InvariantCulture), source.DataHash(), set.Hash, source.Preproc),
        Scale = scale,
        Store = store.TorchName(),
        Losses = losses,
        Linears = _linears,
        Seconds = _clock.Seconds,
        PeakBytes = Bytes.Peak,
    };

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
