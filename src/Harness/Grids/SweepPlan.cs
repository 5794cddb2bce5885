using System.Globalization;
using Harness.Cli.Evaluations;
using Harness.Cli.Jobs;
using Harness.Models.Checkpoints;
using Harness.Models.Cost;
using Harness.Prune;
using Harness.Prune.Calibration;

namespace Harness.Cli.Grids;

/// <summary>What one walk for many cells will take: which hidden states are there at once and where they lie, and what is multiplied. Pure arithmetic, known before any weight is read.</summary>
/// <param name="Cells">How many go through the blocks together.</param>
/// <param name="Memory">Bytes.</param>
/// <param name="Calibration">Operations of looking at the calibration tokens and sending them on.</param>
/// <param name="Pruning">Of Gram matrices, their factors and what weights are updated with.</param>
/// <param name="Scoring">Of the evaluations.</param>
internal sealed record SweepPlan(int Cells, int Layers, MemoryPlan Memory, Work Calibration, Work Pruning, Work Scoring)
{
    /// <summary>All operations.</summary>
    public double Flops => Calibration.Flops + Pruning.Flops + Scoring.Flops;

    /// <summary>The plan of some tasks.</summary>
    /// <exception cref="InputException">The memory does not hold a single block.</exception>
    public static SweepPlan Of(GridMaterial material, IReadOnlyList<SweepTask> tasks, MemoryBudget memory)
    {
        // the text is read here, not in the middle of the walk
        _ = tasks.Any(task => task.IsCalibrated) ? material.Calibration : null;
        var evaluations = tasks.Any(task => task.IsScored) ? material.Evaluations.Select(evaluation => evaluation.Size(material.Model)).ToArray() : [];
        var calibration = tasks.Any(task => task.IsCalibrated) ? new TokenCount(material.CalibrationRequest.Samples, material.CalibrationRequest.Length, 0) : TokenCount.None;
        FreedMemory.ReturnAll();
        var model = material.Model;
        return Of(
            model.Config, model.DType, model.Device.type, [.. tasks.Select(task => (task.Recipe, task.IsScored))], calibration, evaluations, memory, Accelerator.FreeMemory(model.Device));
    }

    /// <summary>The plan of some recipes (null: the dense model), each scored or not.</summary>
    /// <param name="onDevice">Bytes that are free on a device that is not the CPU; null where nobody knows.</param>
    /// <inheritdoc cref="Of(GridMaterial, IReadOnlyList{SweepTask}, MemoryBudget)"/>
    public static SweepPlan Of(
        ModelConfig config,
        ScalarType type,
        DeviceType device,
        IReadOnlyList<(PruningRecipe? Recipe, bool IsScored)> cells,
        TokenCount calibration,
        IReadOnlyList<TokenCount> evaluations,
        MemoryBudget memory,
        long? onDevice = null)
    {
        var calibrated = cells.Select(cell => cell.Recipe).OfType<PruningRecipe>().Where(recipe => recipe.Method.Needs != StatisticKinds.None).ToArray();
        var (sequential, dense) = (calibrated.Where(recipe => recipe.Propagation == Propagation.Sequential).ToArray(), calibrated.Count(recipe => recipe.Propagation == Propagation.Dense));
        var scored = cells.Count(cell => cell.IsScored);
        var kinds = calibrated.Aggregate(StatisticKinds.None, (all, recipe) => all | recipe.Method.Needs);
        var longest = evaluations.Append(calibration).Max(tokens => tokens.Longest);
        var blocks = cells.Any(cell => cell.Recipe is not null) ? MemoryPlan.OfPruning(config, type, device, kinds, longest) : new MemoryPlan(device);
        // What is scored comes first: calibration tokens lie in memory once for all runs in the first block, and get a place of their own as they part.
        var sets = Enumerable.Repeat(evaluations, scored).SelectMany(all => all).Select(tokens => tokens.Tokens)
            .Concat(Enumerable.Repeat(calibration.Tokens, sequential.Length + (dense > 0 ? 2 : 0)));
        return new SweepPlan(
            cells.Count,
            config.Layers,
            (scored > 0 ? blocks.With(MemoryPlan.OfScoring(config, type, device, longest)) : blocks)
                .Place(sets.Select(tokens => MemoryPlan.StateBytes(config, type, tokens)), memory, onDevice),
            OfCalibration(config, sequential.Length, dense > 0, calibration),
            OfPruning(config, sequential, dense > 0 ? calibrated.Where(recipe => recipe.Propagation == Propagation.Dense) : [], calibration),
            OfScoring(config, scored, evaluations));
    }

    /// <summary>Seconds of the products at this rate, those in float64 at half of it.</summary>
    /// <param name="rate">FLOP/s.</param>
    public double Seconds(double rate) => (Flops + Pruning.Doubles) / rate;

    /// <summary>What will be done, and how long its products take.</summary>
    /// <param name="rate">FLOP/s.</param>
    public string Text(double rate) => string.Create(
        CultureInfo.InvariantCulture,
        $"One walk over {Layers} blocks for {Cells} {(Cells == 1 ? "cell" : "cells")}. {Memory} About {Duration(Seconds(rate))} of matrix products at {rate / 1e9:0} GFLOP/s: "
        + $"{Tera(Scoring)} TFLOP of scoring, {Tera(Calibration)} of calibration, {Tera(Pruning)} of pruning.");

    private static string Tera(Work work) => (work.Flops / 1e12).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Duration(double seconds) => seconds switch
    {
        < 1 => "a second",
        < 120 => $"{seconds.ToString("0", CultureInfo.InvariantCulture)} s",
        < 7200 => $"{(seconds / 60).ToString("0", CultureInfo.InvariantCulture)} min",
        _ => $"{(seconds / 3600).ToString("0.#", CultureInfo.InvariantCulture)} h",
    };

    private static Work OfCalibration(ModelConfig config, int sequential, bool dense, TokenCount tokens)
    {
        var work = new Work(ModelShape.Of(config));
        for (var run = 0; run < sequential; run++)
        {
            // all look at the first block together
            work.Observe(tokens.Sequences, tokens.Longest, run == 0 && !dense ? config.Layers : config.Layers - 1).Propagate(tokens.Sequences, tokens.Longest, config.Layers - 1);
        }

        return dense ? work.Propagate(tokens.Sequences, tokens.Longest, config.Layers) : work;
    }

    private static Work OfPruning(ModelConfig config, IEnumerable<PruningRecipe> sequential, IEnumerable<PruningRecipe> dense, TokenCount tokens)
    {
        var work = new Work(ModelShape.Of(config));
        var (own, shared) = (sequential.Count(NeedsGram), dense.Count(NeedsGram));
        work.Gram(tokens.Tokens, (own * (config.Layers - 1)) + (shared > 0 ? config.Layers : own > 0 ? 1 : 0));
        return work.Updates((own + shared) * config.Layers);

        static bool NeedsGram(PruningRecipe recipe) => recipe.Method.Needs.HasFlag(StatisticKinds.Gram);
    }

    private static Work OfScoring(ModelConfig config, int cells, IReadOnlyList<TokenCount> evaluations)
    {
        var work = new Work(ModelShape.Of(config));
        foreach (var tokens in Enumerable.Repeat(evaluations, cells).SelectMany(all => all))
        {
            work.Propagate(tokens.Sequences, tokens.Tokens / Math.Max(1, tokens.Sequences), config.Layers).Head(tokens.HeadTokens);
        }

        return work;
    }
}
