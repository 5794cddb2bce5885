using System.Globalization;
using Harness.Cli.Grids.Recoveries;
using Harness.Data.Sampling;
using Harness.LoraFinetune.Recipes;
using Harness.Prune;
using Harness.Results;
using Harness.ZeroShot;

namespace Harness.Cli.Grids;

/// <summary>Everything that a cell's numbers depend on, by name: what its record is found by.</summary>
internal static class CellInputs
{
    /// <summary>Of the scores.</summary>
    public static IReadOnlyDictionary<string, string> Of(Grid grid, GridMaterial material, Cell cell)
    {
        var inputs = OfRecovery(grid, material, cell);
        inputs["perplexity.version"] = Text(Perplexity.Version);
        foreach (var evaluation in material.Evaluations)
        {
            inputs[$"evaluation.{evaluation.Name}"] = evaluation.Inputs(material.Hashes);
            foreach (var (name, version) in evaluation.Versions)
            {
                inputs[$"{name}.version"] = Text(version);
            }
        }

        return inputs;
    }

    /// <summary>Of the weights that are scored: pruned, and recovered where the cell says so.</summary>
    public static Dictionary<string, string> OfRecovery(Grid grid, GridMaterial material, Cell cell)
    {
        var inputs = OfPruning(grid, material, cell);
        if (cell.Recovery is { } recovery)
        {
            var recipe = RecoveryRecipe.Of(grid, material, recovery);
            inputs["recovery"] = recovery.Name;
            inputs["recovery.version"] = Text(FinetuneRecipe.Version);
            inputs["recovery.recipe"] = string.Join(' ', RecoveryRecipe.Settings(recipe).Select(setting => $"{setting.Key}={setting.Value}"));
            inputs["recovery.data"] = material.Training(recipe).DataHash();
        }

        return inputs;
    }

    /// <summary>Of the pruned weights.</summary>
    public static Dictionary<string, string> OfPruning(Grid grid, GridMaterial material, Cell cell)
    {
        var inputs = new Dictionary<string, string>
        {
            ["model"] = material.Model.Folder.Key,
            ["tokenizer"] = material.Tokenizer.ContentKey,
            ["dtype"] = material.Model.DType.ToString(),
            ["device"] = material.Model.Device.type.ToString(),
            ["method"] = cell.Method.ToString(),
            ["sparsity"] = cell.Sparsity.ToString(),
        };
        if (SweepTask.RecipeOf(grid, cell) is { } recipe)
        {
            inputs["method.version"] = Text(recipe.Method.Version);
            foreach (var option in PruningRecipe.FilesOf(cell.Method.Name, cell.Method.Options).Concat(recipe.Method.FilesIn(material.Model.Folder.Path)))
            {
                inputs[$"method.{option.Key}"] = ContentKey.OfFile(option.Value);
            }

            if (recipe.IsCalibrated)
            {
                AddCalibration(inputs, grid, material);
            }
        }

        return inputs;
    }

    private static void AddCalibration(Dictionary<string, string> inputs, Grid grid, GridMaterial material)
    {
        var (corpus, request) = (material.CalibrationCorpus.Value, material.CalibrationRequest);
        inputs["calibration"] = $"{corpus.ContentHash(material.Hashes)} {corpus.Reading}";
        inputs["calibration.version"] = Text(CalibrationSampler.Version);
        inputs["calibration.samples"] = Text(request.Samples);
        inputs["calibration.length"] = Text(request.Length);
        inputs["calibration.seed"] = request.Seed.ToString(CultureInfo.InvariantCulture);
        inputs["propagate"] = grid.Propagate;
        if (SamplingRule.NameUnlessPapers(request.Rule) is { } rule)
        {
            inputs["calibration.preproc"] = rule;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
