using Harness.Models;
using Harness.Models.Cost;
using Harness.Prune.Calibration;
using Harness.Prune.Methods;

namespace Harness.Bench;

/// <summary>Pruning a real checkpoint from end to end, beside what its matrix products alone would take.</summary>
internal static class Pruning
{
    public const int Samples = 16;
    public const int Length = 512;
    private const string Judged = "wanda";
    private const double TargetRatio = 1.35;
    private const double TargetMegabytes = 1000;
    private static readonly string[] Stages = ["sample", "embed", "calibrate", "prune", "propagate", "write"];

    public static Section Measure(Place place)
    {
        var section = new Section(
            "pruning",
            $"Pruning to 0.5 on {Samples} samples of {Length} tokens of c4, seconds (targets for {Judged}: {TargetRatio} × the floor, {TargetMegabytes} MB)",
            ["method", .. Stages, "rest", "total", "floor", "total / floor", "peak MB"]);
        using var model = place.OpenModel(section);
        if (model is null || !place.HasData(section))
        {
            return section;
        }

        var shape = ModelShape.Of(model.Config);
        using var rate = new GemmRate().With(HiddenStates.TokensPerBatch(DeviceType.CPU), shape.Linears);
        foreach (var method in (string[])["magnitude", "sparsegpt", "wanda"])
        {
            Measure(section, place, shape, rate, PruningMethods.Named(method));
        }

        return section;
    }

    private static void Measure(Section section, Place place, ModelShape shape, GemmRate rate, PruningMethod method)
    {
        var isCalibrated = method.Needs != StatisticKinds.None;
        rate.Restart().Measure();
        var run = ProgramRun.Of("prune", Arguments(place, method));
        var floor = isCalibrated ? rate.Measure().Floor(WorkOf(shape, method, Samples, Length)) : 0;
        var isJudged = method.Name == Judged;
        section.Add(
        [
            method.Name,
            .. Stages.Select(stage => run.Stages.TryGetValue(stage, out var seconds) ? Figure.Of(seconds, "0.00") : Figure.None),
            Figure.Of(run.Rest, "0.00"),
            Figure.Of(run.Total, "0.00"),
            isCalibrated ? Figure.Of(floor, "0.00") : Figure.None,
            isCalibrated ? Figure.Of(run.Total / floor, "0.00", isJudged ? TargetRatio : null) : Figure.None,
            Figure.Of(run.PeakBytes / 1e6, "0", isJudged ? TargetMegabytes : null),
        ]);
    }

    /// <summary>What is measured, as the command line says it.</summary>
    public static string[] Arguments(Place place, PruningMethod method)
    {
        string[] calibration = method.Needs == StatisticKinds.None ? [] : ["--data", place.DataPath!, "--calibration", "c4", "--samples", $"{Samples}", "--length", $"{Length}", "--seed", "0"];
        return ["--model", place.Model!, "--method", method.Name, "--sparsity", "0.5", .. calibration];
    }

    /// <summary>Each block is observed, then, but for the last block, the tokens go through its pruned form.</summary>
    public static Work WorkOf(ModelShape shape, PruningMethod method, int samples, int length)
    {
        var work = new Work(shape).Observe(samples, length, shape.Layers).Propagate(samples, length, shape.Layers - 1);
        return method.Needs.HasFlag(StatisticKinds.Gram) ? work.Gram(samples * length, shape.Layers).Updates(shape.Layers) : work;
    }
}
