using System.Numerics;
using Harness.Data.Training;
using Harness.LoraFinetune.Recipes;
using Harness.LoraFinetune.Training;
using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Models.Tokenizers;
using Harness.Samples.Texts;

namespace Harness.Samples;

/// <summary>Trains a sample model from its first weights on, by the trainer that recovers pruned models.</summary>
public static class SampleTraining
{
    /// <summary>Steps of each model.</summary>
    public const int Steps = 10_000;

    // one step in so many is of exercises
    private const int ExercisesEvery = 3;

    /// <summary>Trains the checkpoint in <paramref name="start"/> and writes it to <paramref name="output"/> in float16.</summary>
    /// <param name="state">Where a killed training goes on from.</param>
    /// <param name="progress">Hears how many steps are done.</param>
    public static TrainingCurve Run(string start, string output, string state, double learningRate, int steps, BigInteger seed, IProgress<double>? progress = null)
    {
        var recipe = Recipe(learningRate, steps);
        using var model = CausalLM.Open(start, float32);
        var rows = Rows(Tokenizer.Load(start), recipe, seed);
        using var weights = new OwnWeights(model, recipe.Part, masks: null);
        var trainer = new Trainer(model, weights, recipe, rows) { State = new TrainingState(state, Inputs(model, recipe, rows)), Progress = new StepProgress(progress) };
        trainer.State.Check();
        var curve = trainer.Run();
        using var writer = new CheckpointWriter(model.Folder, output, ElementType.Float16);
        foreach (var tensor in weights.Tensors)
        {
            writer.Replace(tensor.Parameter, tensor.Value.detach());
        }

        writer.Commit();
        return curve;
    }

    /// <summary>All weights by AdamW; every row is seen once.</summary>
    private static FinetuneRecipe Recipe(double learningRate, int steps) => new()
    {
        Name = "samples",
        Part = TrainedPart.Full,
        LearningRate = learningRate,
        Warmup = 100,
        Schedule = Schedule.Linear,
        Optimizer = new AdamW.Options(0.9, 0.98, 1e-8, 0),
        Steps = steps,
        Batch = 4,
        Accumulate = 1,
        Length = SampleModel.Positions,
        Corpus = "samples",
        EvaluationSamples = 0,
        EvaluateEvery = 0,
        SaveEvery = 100,
    };

    /// <summary>Steps of texts, and behind some of them one of exercises, a batch each.</summary>
    private static TrainingSet Rows(Tokenizer tokenizer, FinetuneRecipe recipe, BigInteger seed)
    {
        var (texts, exercises) = (Texts(tokenizer, recipe.Length, seed).GetEnumerator(), Exercises(tokenizer, seed).GetEnumerator());
        var (ids, rows) = (new List<int>(), new List<TrainingRow>());
        for (var row = 0; row < recipe.RowsWanted!.Value; row++)
        {
            var from = row / recipe.Batch % ExercisesEvery < ExercisesEvery - 1 ? texts : exercises;
            from.MoveNext();
            rows.Add(new TrainingRow(ids.Count, from.Current.Ids.Length, from.Current.Prompt));
            ids.AddRange(from.Current.Ids);
        }

        return new TrainingSet([.. ids], rows);
    }

    /// <summary>The texts one behind the other, each begun as the tokenizer begins a text, cut into rows.</summary>
    private static IEnumerable<(int[] Ids, int Prompt)> Texts(Tokenizer tokenizer, int length, BigInteger seed) =>
        SampleTexts.Training(seed).SelectMany(text => tokenizer.Encode(text)).Chunk(length).Select(ids => (ids, 0));

    /// <summary>Solved claims, of which the answer alone is learned: among all words of the texts it is too rare for a training as short as this.</summary>
    private static IEnumerable<(int[] Ids, int Prompt)> Exercises(Tokenizer tokenizer, BigInteger seed) =>
        SampleTexts.Exercises(seed).Select(exercise => (tokenizer.Encode(exercise.Prompt + exercise.Answer), tokenizer.Encode(exercise.Prompt).Length));

    private static Dictionary<string, string> Inputs(CausalLM model, FinetuneRecipe recipe, TrainingSet rows) => new()
    {
        ["model"] = model.Folder.Key,
        ["rows"] = rows.Hash,
        ["recipe"] = $"{recipe.StepsOf(rows.Rows)} steps of {recipe.Batch}, {recipe.LearningRate}, {recipe.Optimizer}",
    };

    private sealed class StepProgress(IProgress<double>? steps) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => steps?.Report(value.Step ?? 0);
    }
}
