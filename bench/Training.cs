using System.Diagnostics;
using Harness.Data.Training;
using Harness.LoraFinetune.Adapters;
using Harness.LoraFinetune.Recipes;
using Harness.LoraFinetune.Training;
using Harness.Models;
using Harness.Models.Cost;
using Harness.Models.Backward;
using Harness.Models.Checkpoints;

namespace Harness.Bench;

/// <summary>Steps of training, beside what the matrix products that each recipe needs would take.</summary>
internal static class Training
{
    private const int Sequences = 4;
    private const int Length = 512;
    private const int Steps = 6;
    private const double RateSeconds = 2;
    private const double TargetRatio = 1.4;
    private const double TargetMegabytes = 1800;

    public static Section Measure(Place place)
    {
        var section = new Section(
            "training",
            $"A step of {Sequences} sequences of {Length} tokens (targets: {TargetRatio} × the floor of forward and backward; {TargetMegabytes} MB for LoRA)",
            "recipe", "seconds", "best", "floor", "seconds / floor", "tokens/s", "peak MB");
        using var model = place.OpenModel(section);
        if (model is null)
        {
            return section;
        }

        var shape = ModelShape.Of(model.Config);
        using var rate = new GemmRate().With(Trainer.TokensAtOnce, shape.Linears).With(NextTokenLoss.TokensAtOnce, shape.Head);
        foreach (var recipe in (string[])["wanda", "llm-pruner", "full"])
        {
            var work = WorkOf(model, shape, RecipeReader.Read(recipe, Options(Steps)));
            var steps = new StepWatch(() => rate.Restart().Measure(RateSeconds).Floor(work));
            Run(model, recipe, steps);
            section.Add(
                recipe, Figure.Of(steps.Seconds.Median, "0.00"), Figure.Of(steps.Seconds.Best, "0.00"), Figure.Of(steps.Floors.Median, "0.00"), Figure.Of(steps.Ratios.Median, "0.00", TargetRatio),
                Figure.Of(Sequences * Length / steps.Seconds.Median, "0"), Figure.Of(Peak(place.Model!, recipe, model.Config.VocabSize) / 1e6, "0", recipe == "full" ? null : TargetMegabytes));
        }

        return section;
    }

    private static Work WorkOf(CausalLM model, ModelShape shape, FinetuneRecipe recipe)
    {
        var work = new Work(shape).Propagate(Sequences, Length, shape.Layers).Head(Sequences * (Length - 1)).Backward(Sequences, Length, allWeights: recipe.Lora is null);
        return recipe.Lora is { } lora
            ? work.Adapters(Sequences * Length, lora.Rank, LoraAdapter.Targets(model, lora.Targets).Select(target => new Product(target.Linear.Columns, target.Linear.Rows)))
            : work;
    }

    private static Dictionary<string, string> Options(int steps) => new() { ["batch"] = $"{Sequences}", ["accumulate"] = "1", ["steps"] = $"{steps}", ["eval-samples"] = "0", ["warmup"] = "0" };

    private static int[] Ids(int vocabulary)
    {
        var random = new Random(0);
        return [.. Enumerable.Range(0, Sequences * Length).Select(_ => random.Next(vocabulary))];
    }

    private static void Run(CausalLM model, string name, StepWatch watch)
    {
        var recipe = RecipeReader.Read(name, Options(Steps));
        using TrainedWeights weights = recipe.Lora is { } lora
            ? new LoraWeights(LoraAdapter.New(model, lora, recipe.Seed), lora.Dropout, recipe.Seed)
            : new OwnWeights(model, recipe.Part, null);
        new Trainer(model, weights, recipe, new TrainingSet(Ids(model.Config.VocabSize), Length)) { Progress = watch }.Run();
        watch.End();
    }

    /// <summary>The most that a process of its own has resident.</summary>
    private static long Peak(string model, string recipe, int vocabulary)
    {
        var file = Path.GetTempFileName();
        try
        {
            Durable.WriteFile(file, stream =>
            {
                var writer = new SafetensorsWriter(stream, [new StoredTensor("train_ids", ElementType.Int32, [Sequences, Length])]);
                writer.Write("train_ids", System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(Ids(vocabulary)));
                writer.Complete();
            });
            return ProgramRun.Of("finetune", ["--model", model, "--recipe", recipe, "--from-ids", file, .. Options(1).SelectMany(option => new[] { $"--{option.Key}", option.Value })]).PeakBytes;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Seconds from the end of one step's last rows to that of the next's: the first step warms up. Between two steps, while the watch stands, the floor is measured anew.</summary>
    private sealed class StepWatch(Func<double> measure) : IProgress<TrainingProgress>
    {
        private int _step = -1;
        private double _floor;
        private long _last;
        private long _began;

        public Timing Seconds { get; } = new();

        public Timing Floors { get; } = new();

        /// <summary>Of each step, beside the mean of the floors before it and behind it.</summary>
        public Timing Ratios { get; } = new();

        public void Report(TrainingProgress value)
        {
            if (value.Step is { } step && step != _step)
            {
                End();
                _step = step;
            }

            _last = Stopwatch.GetTimestamp();
        }

        public void End()
        {
            var (seconds, before) = (Stopwatch.GetElapsedTime(_began, _last).TotalSeconds, _floor);
            var start = Stopwatch.GetTimestamp();
            _floor = measure();
            if (_step > 0)
            {
                Seconds.Add(seconds);
                Floors.Add((before + _floor) / 2);
                Ratios.Add(seconds / Floors.Last);
            }

            _began = _last + (Stopwatch.GetTimestamp() - start);
        }
    }
}
