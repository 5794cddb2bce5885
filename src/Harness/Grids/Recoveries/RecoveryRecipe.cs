using System.Globalization;
using Harness.LoraFinetune.Recipes;
using Harness.Results;

namespace Harness.Cli.Grids.Recoveries;

/// <summary>How a grid's recovery is trained: by its recipe, on the text that the grid calibrates on unless the options name another.</summary>
internal static class RecoveryRecipe
{
    public static FinetuneRecipe Of(Grid grid, GridMaterial material, Recovery recovery)
    {
        var recipe = RecipeReader.Read(recovery.Name, recovery.Options);
        return recipe with
        {
            Corpus = recovery.Options.ContainsKey("corpus") ? recipe.Corpus : grid.Calibration.Corpus,
            Length = recovery.Options.ContainsKey("length") ? recipe.Length : Math.Min(recipe.Length, material.Model.Config.MaxPositions),
        };
    }

    /// <summary>What of the recipe the numbers depend on, beside the text: by the names of its options.</summary>
    public static SortedDictionary<string, string> Settings(FinetuneRecipe recipe)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["lr"] = Text(recipe.LearningRate),
            ["warmup"] = Text(recipe.Warmup),
            ["schedule"] = recipe.Schedule.ToString().ToLowerInvariant(),
            ["weight-decay"] = Text(recipe.Optimizer.WeightDecay),
            ["max-grad-norm"] = Text(recipe.MaxGradNorm),
            ["batch"] = Text(recipe.Batch),
            ["accumulate"] = Text(recipe.Accumulate),
            ["length"] = Text(recipe.Length),
            ["seed"] = recipe.Seed.ToString(CultureInfo.InvariantCulture),
            ["rows"] = recipe.Rows.ToString().ToLowerInvariant(),
            ["epochs"] = Text(recipe.Epochs),
            ["eval-samples"] = Text(recipe.EvaluationSamples),
            ["eval-every"] = Text(recipe.EvaluateEvery),
        };
        if (recipe.Steps is { } steps)
        {
            settings["steps"] = Text(steps);
        }

        if (recipe.Samples is { } samples)
        {
            settings["samples"] = Text(samples);
        }

        if (recipe.Lora is { } lora)
        {
            settings["rank"] = Text(lora.Rank);
            settings["alpha"] = Text(lora.Alpha);
            settings["dropout"] = Text(lora.Dropout);
            settings["targets"] = lora.Targets.Count == 0 ? "all" : string.Join(',', lora.Targets);
        }

        return settings;
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
