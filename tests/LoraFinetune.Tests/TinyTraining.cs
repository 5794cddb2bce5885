using System.Globalization;
using Harness.Data.Training;
using Harness.LoraFinetune.Adapters;
using Harness.LoraFinetune.Masks;
using Harness.LoraFinetune.Recipes;
using Harness.LoraFinetune.Training;
using Harness.Models;

namespace Harness.LoraFinetune.Tests;

/// <summary>Trainings of a few steps on a few made-up rows.</summary>
internal static class TinyTraining
{
    /// <summary>Rows that count up, each from another id and by another stride, so that there is something to learn.</summary>
    public static TrainingSet Rows(int rows, int length, int vocabulary = 90, int seed = 0)
    {
        var random = new Random(seed);
        return new TrainingSet([.. Enumerable.Range(0, rows).SelectMany(row =>
        {
            var (first, stride) = (random.Next(vocabulary), random.Next(1, 4));
            return Enumerable.Range(0, length).Select(i => (first + i * stride) % vocabulary);
        })], length);
    }

    /// <summary>A recipe by name with some options: steps of 2 rows, evaluated in between.</summary>
    public static FinetuneRecipe Recipe(string name, params (string Name, object Value)[] options)
    {
        (string Name, object Value)[] usual = [("lr", 0.01), ("warmup", 1), ("steps", 8), ("batch", 2), ("accumulate", 1), ("eval-every", 3)];
        return RecipeReader.Read(name, usual.Concat(options).GroupBy(option => option.Name).ToDictionary(group => group.Key, group => Convert.ToString(group.Last().Value, CultureInfo.InvariantCulture)!));
    }

    /// <summary>What a recipe trains, at its start.</summary>
    public static TrainedWeights Weights(CausalLM model, FinetuneRecipe recipe, SparsityMasks? masks = null) => recipe.Part == TrainedPart.Lora
        ? new LoraWeights(LoraAdapter.New(model, recipe.Lora!, recipe.Seed), recipe.Lora!.Dropout, recipe.Seed, masks)
        : new OwnWeights(model, recipe.Part, masks);

    /// <summary>Everything of a curve as text, to the last bit.</summary>
    public static string Text(TrainingCurve curve) => System.Text.Json.JsonSerializer.Serialize(curve);

    /// <summary>All trained values, one behind the other.</summary>
    public static float[] Values(TrainedWeights weights) => [.. weights.Tensors.SelectMany(tensor => tensor.Value.detach().data<float>().ToArray())];
}
