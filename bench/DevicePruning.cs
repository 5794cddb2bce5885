using System.Diagnostics;
using System.Globalization;
using Harness.Models;
using Harness.Models.Cost;
using Harness.Prune;
using Harness.Prune.Methods;

namespace Harness.Bench;

/// <summary>Pruning models of published shapes on a GPU: where its time goes, and what it fills of the device's memory.</summary>
internal static class DevicePruning
{
    private const int Samples = 128;
    private const int Length = 2048;
    private const double StatesOnDevice = 40e9;
    private const double TargetGigabytes = 80;
    private static readonly string[] Stages = ["embed", "calibrate", "prune", "propagate"];

    // seconds of pruning alone on an A6000 as Wanda's README gives them, recalled; its largest model is the 65B
    private static readonly Dictionary<(string Shape, string Method), double> Published = new()
    {
        [("7B", "wanda")] = 0.54,
        [("7B", "sparsegpt")] = 203.1,
        [("70B", "wanda")] = 5.6,
        [("70B", "sparsegpt")] = 1353.4,
    };

    public static Section Measure()
    {
        var section = new Section(
            "gpu",
            $"Pruning random weights of a model's shape to 0.5 in float16 on a GPU, {Samples} samples of {Length} tokens: seconds",
            ["shape", "method", "weights", "blocks", .. Stages, "total", "floor", "total / floor", "prune, all blocks", "the same, published", "peak GB"]);
        if (!cuda.is_available())
        {
            section.Notes.Add($"Not measured: libtorch {__version__} sees no GPU.");
            return section;
        }

        using (var model = new DeviceModel(LlamaShape.SevenBillion, null, CUDA, isStored: false))
        {
            Run(model.Model, "wanda"); // compiles kernels, fills the allocator's pools
            Add(section, LlamaShape.SevenBillion, model.Model, "wanda", "on the device");
            Add(section, LlamaShape.SevenBillion, model.Model, "sparsegpt", "on the device");
        }

        using (var model = new DeviceModel(LlamaShape.SevenBillion, null, CUDA, isStored: true))
        {
            Add(section, LlamaShape.SevenBillion, model.Model, "wanda", "in a file");
        }

        using (var model = new DeviceModel(LlamaShape.SeventyBillion, 3, CUDA, isStored: false))
        {
            Add(section, LlamaShape.SeventyBillion, model.Model, "wanda", "on the device");
            Add(section, LlamaShape.SeventyBillion, model.Model, "sparsegpt", "on the device");
        }

        section.Notes.Add($"{Machine.Gpu}; {Machine.Description}.");
        section.Notes.Add("The floor is what the matrix products alone take at the rates measured beside it, linears and attention in float16, Gram matrices and their factors in float64. Where fewer blocks than the model has were "
            + "pruned, \"all blocks\" is their time multiplied. Weights in a file are brought block by block, each while the one before it is at work.");
        section.Notes.Add("Published: seconds of pruning without forward passes on an A6000, LLaMA-7B and 65B (Wanda's README, recalled).");
        return section;
    }

    private static void Add(Section section, LlamaShape shape, CausalLM model, string method, string weights)
    {
        Accelerator.ResetPeakMemory(CUDA);
        var (total, seconds) = Run(model, method);
        var peak = Accelerator.PeakMemory(CUDA) ?? double.NaN;
        var (blocks, floor) = (model.Config.Layers, Floor(model, method));
        section.Add(
        [
            shape.Name, method, weights, string.Create(CultureInfo.InvariantCulture, $"{blocks} of {shape.Blocks}"),
            .. Stages.Select(stage => Figure.Of(seconds.GetValueOrDefault(stage), "0.00")),
            Figure.Of(total, "0.0"),
            Figure.Of(floor, "0.0"),
            Figure.Of(total / floor, "0.00"),
            Figure.Of(seconds["prune"] * shape.Blocks / blocks, "0.00"),
            Figure.Of(Published[(shape.Name, method)], "0.##"),
            Figure.Of(peak / 1e9, "0.0", TargetGigabytes),
        ]);
    }

    private static (double Total, IReadOnlyDictionary<string, double> Stages) Run(CausalLM model, string method)
    {
        model.States = new StateSpace(long.MaxValue, null, (long)StatesOnDevice);
        var random = new Random(0);
        int[] ids = [.. Enumerable.Range(0, Samples * Length).Select(_ => random.Next(model.Config.VocabSize))];
        var start = Stopwatch.GetTimestamp();
        var states = HiddenStates.Embed(model, ids, Length);
        Accelerator.Wait(model.Device);
        var embedded = Stopwatch.GetElapsedTime(start).TotalSeconds;
        using var run = new PruningRun(new PruningRecipe(PruningMethods.Named(method), Sparsity.Parse("0.5")), states);
        run.Clock.Add("embed", embedded);
        foreach (var _ in new PruningWalk(model, [run]).Steps())
        {
        }

        Accelerator.Wait(model.Device);
        return run.Failure is null ? (Stopwatch.GetElapsedTime(start).TotalSeconds, run.Clock.Seconds) : throw run.Failure;
    }

    private static double Floor(CausalLM model, string method)
    {
        var shape = ModelShape.Of(model.Config);
        var work = Pruning.WorkOf(shape, PruningMethods.Named(method), Samples, Length);
        var widest = shape.Linears.MaxBy(linear => linear.In * linear.Out);
        return ((work.Flops - work.Doubles) / Rate(widest, float16)) + (work.Doubles / Rate(widest, float64));
    }

    private static double Rate(Product product, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var tokens = HiddenStates.TokensPerBatch(DeviceType.CUDA);
        var (x, weight) = (randn([tokens, product.In], type, CUDA), randn([product.Out, product.In], type, CUDA));
        return product.Flops(tokens) / Timing.Of(5, () =>
        {
            nn.functional.linear(x, weight).Dispose();
            Accelerator.Wait(CUDA);
        }).Median;
    }
}
