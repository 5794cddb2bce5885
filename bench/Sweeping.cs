using Harness.Cli.Evaluations;
using Harness.Cli.Grids;
using Harness.Models;
using Harness.Models.Cost;
using Harness.Prune;
using Harness.Prune.Methods;
using Harness.ZeroShot;

namespace Harness.Bench;

/// <summary>A whole table, sixteen cells, in one walk: beside what its matrix products alone would take, beside the same cells one by one, and in half precision.</summary>
internal static class Sweeping
{
    private const int Samples = 16;
    private const int SampleLength = 512;
    private const int Windows = 20;
    private const int WindowLength = 1024;
    private const string Memory = "650MB";
    private const double SecondsOfRate = 15; // before and after: a walk of minutes has no rate of a moment
    private const double TargetRatio = 1.2;
    private const double TargetMegabytes = 650;
    private const double TargetGain = 2.5;
    private const double TargetHalf = 0.65;
    private const double TargetDifference = 0.5;

    private static readonly string[] Methods = ["magnitude", "wanda", "sparsegpt"];
    private static readonly string[] Sparsities = ["0.25", "0.5", "0.75", "2:4", "4:8"];

    private static IEnumerable<Cell> Cells => [new("dense", null), .. Methods.SelectMany(method => Sparsities.Select(sparsity => new Cell(method, sparsity)))];

    public static IEnumerable<Section> Measure(Place place)
    {
        var section = new Section(
            "sweep",
            $"Sixteen cells in one walk: {Samples} samples of {SampleLength} tokens of c4, {Windows} windows of {WindowLength} of wikitext2 "
            + $"(targets in float32, sequential: {TargetRatio} × the floor, {TargetMegabytes:0} MB)",
            "cells", "type", "propagation", "total", "floor", "total / floor", "peak MB");
        using var model = place.OpenModel(section);
        if (model is null || !place.HasData(section))
        {
            return [section];
        }

        var full = Sweep(section, place, model, ScalarType.Float32, Propagation.Sequential, isJudged: true);
        var half = Sweep(section, place, model, ScalarType.BFloat16, Propagation.Sequential, isJudged: false);
        var dense = Sweep(section, place, model, ScalarType.Float32, Propagation.Dense, isJudged: false);
        var alone = GridRun.Together([.. Cells.Select(cell => GridRun.Of(Grid([cell.Method], cell.Sparsity is { } only ? [only] : Sparsities[..1], "float32", Name(Propagation.Dense), model), place.Model!, place.DataPath!, Memory))]);
        section.Add("one by one", "float32", "dense", Figure.Of(alone.Total, "0.0"), Figure.None, Figure.None, Figure.Of(alone.PeakBytes / 1e6, "0"));
        section.Notes.Add($"Memory that each may fill: {Memory}.");
        return [section, Comparisons(full, half, dense, alone), WhereTimeGoes(full, half, dense, alone)];
    }

    private static GridRun Sweep(Section section, Place place, CausalLM model, ScalarType type, Propagation propagation, bool isJudged)
    {
        var (shape, length) = (ModelShape.Of(model.Config), Math.Min(WindowLength, model.Config.MaxPositions));
        var (typeName, propagationName) = (type == ScalarType.Float32 ? "float32" : "bfloat16", Name(propagation));
        var plan = SweepPlan.Of(
            model.Config,
            type,
            DeviceType.CPU,
            [.. Cells.Select(cell => (cell.Recipe(propagation), true))],
            new TokenCount(Samples, Math.Min(SampleLength, model.Config.MaxPositions), 0),
            [new TokenCount(Windows, length, Windows * (length - 1L))],
            MemoryBudget.OfMachine);
        using var rate = new GemmRate(type).With(HiddenStates.TokensPerBatch(DeviceType.CPU), shape.Linears).With(Perplexity.TokensOfLogits, shape.Head).Measure(SecondsOfRate);
        var run = GridRun.Of(Grid(["dense", .. Methods], Sparsities, typeName, propagationName, model), place.Model!, place.DataPath!, Memory);
        rate.Measure(SecondsOfRate);
        var floor = rate.Floor(plan.Scoring) + rate.Floor(plan.Calibration) + (plan.Pruning.Flops * rate.Floor(plan.Calibration) / plan.Calibration.Flops);
        section.Add(
            "one walk", typeName, propagationName, Figure.Of(run.Total, "0.0"), Figure.Of(floor, "0.0"),
            Figure.Of(run.Total / floor, "0.00", isJudged ? TargetRatio : null), Figure.Of(run.PeakBytes / 1e6, "0", isJudged ? TargetMegabytes : null));
        return run;
    }

    private static object Grid(string[] methods, string[] sparsities, string type, string propagation, CausalLM model) => new
    {
        title = "Bench",
        methods,
        sparsities,
        calibration = new { corpus = "c4", samples = Samples, length = Math.Min(SampleLength, model.Config.MaxPositions), seed = 0 },
        propagate = propagation,
        dtype = type,
        evaluations = new[] { new { task = "wikitext2", length = Math.Min(WindowLength, model.Config.MaxPositions), limit = Windows } },
    };

    private static string Name(Propagation propagation) => propagation == Propagation.Dense ? "dense" : "sequential";

    private static Section Comparisons(GridRun full, GridRun half, GridRun dense, GridRun alone)
    {
        var section = new Section("sweep gains", "What the walk gains", "compared", "figure", "target");
        section.Add("dense propagation, one by one / one walk", Figure.AtLeast(alone.Total / dense.Total, "0.00", TargetGain), $"at least {TargetGain}");
        section.Add("the same without scoring", Figure.Of((alone.Total - alone.Seconds["score"]) / (dense.Total - dense.Seconds["score"]), "0.00"), Figure.None);
        section.Add("perplexities of the two differ by at most", Figure.Of(dense.Difference(alone), "0.0e0"), Figure.None);
        section.Add("bfloat16 / float32", Figure.Of(half.Total / full.Total, "0.00", TargetHalf), $"at most {TargetHalf}");
        section.Add("dense perplexity, bfloat16 beside float32, %", Figure.Of(100 * Dense(full, half), "0.00", TargetDifference), $"at most {TargetDifference}");
        section.Add("any perplexity, bfloat16 beside float32, %", Figure.Of(100 * full.Difference(half), "0.00"), Figure.None);
        return section;
    }

    private static double Dense(GridRun full, GridRun half)
    {
        var cell = full.Perplexity.Keys.Single(name => name.Contains(".dense."));
        return Math.Abs(Math.Exp(half.Perplexity[cell] - full.Perplexity[cell]) - 1);
    }

    private static Section WhereTimeGoes(params IReadOnlyList<GridRun> runs)
    {
        string[] names = [.. runs.SelectMany(run => run.Seconds.Keys).Distinct().Order()];
        var section = new Section("sweep stages", "Where the time goes, seconds over all cells", ["", .. names, "rest", "total"]);
        foreach (var (label, run) in ((string[])["float32, sequential", "bfloat16, sequential", "float32, dense", "float32, dense, one by one"]).Zip(runs))
        {
            section.Add(
            [
                label,
                .. names.Select(name => run.Seconds.TryGetValue(name, out var seconds) ? Figure.Of(seconds, "0.0") : Figure.None),
                Figure.Of(run.Total - run.Seconds.Values.Sum(), "0.0"),
                Figure.Of(run.Total, "0.0"),
            ]);
        }

        section.Notes.Add("*rest* is what belongs to no cell: starting, reading text and weights, the snapshots of where the walk stands.");
        return section;
    }

    private sealed record Cell(string Method, string? Sparsity)
    {
        public PruningRecipe? Recipe(Propagation propagation) =>
            Sparsity is null ? null : new PruningRecipe(PruningMethods.Named(Method), Harness.Sparsity.Parse(Sparsity), propagation);
    }
}
