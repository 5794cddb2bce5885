using Harness.Data.Training;
using Harness.LoraFinetune.Recipes;
using Harness.LoraFinetune.Training;
using Harness.Models;

namespace Harness.LoraFinetune.Tests.Training;

[Collection(nameof(LiveTensors))]
public sealed class TrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CausalLM _model;

    public TrainerTests() => _model = CausalLM.Open(new TinyLlama().Write(_folder["model"]));

    [Theory]
    [InlineData("wanda")]
    [InlineData("full")]
    [InlineData("perp")]
    public void Learns_what_its_rows_hold(string recipe)
    {
        var curve = Run(TinyTraining.Recipe(recipe, ("steps", 20)), out _);

        curve.Loss.Count.ShouldBe(20);
        curve.Evaluations.Select(evaluation => evaluation.Step).ShouldBe([3, 6, 9, 12, 15, 18]);
        curve.EvalLossAfter!.Value.ShouldBeLessThan(curve.EvalLossBefore!.Value - 0.02);
        curve.LearningRate[0].ShouldBe(0);
        curve.GradNorm.ShouldAllBe(norm => norm > 0);
    }

    [Theory]
    [InlineData("wanda", 0.3)]
    [InlineData("full", 0)]
    public void Blocks_computed_anew_give_the_same_to_the_last_bit(string name, double dropout)
    {
        var recipe = name == "full" ? TinyTraining.Recipe(name) : TinyTraining.Recipe(name, ("dropout", dropout));

        var kept = Run(recipe, out var values, weights => new(_model, weights, recipe, Rows) { Checkpointing = false });
        var anew = Run(recipe, out var same, weights => new(_model, weights, recipe, Rows) { Checkpointing = true });

        TinyTraining.Text(anew).ShouldBe(TinyTraining.Text(kept));
        same.ShouldBe(values);
    }

    [Fact]
    public void Dropout_changes_the_training_and_not_the_evaluation()
    {
        var (plain, dropping) = (Run(TinyTraining.Recipe("wanda", ("dropout", 0)), out _), Run(TinyTraining.Recipe("wanda", ("dropout", 0.5)), out _));

        dropping.EvalLossBefore.ShouldBe(plain.EvalLossBefore);
        dropping.Loss[0].ShouldBe(plain.Loss[0]); // B is still zero
        dropping.Loss[4].ShouldNotBe(plain.Loss[4]);
    }

    [Fact]
    public void Accumulation_equals_a_larger_batch_of_rows_of_one_length()
    {
        // 32 rows of 48 tokens are more than go through at once
        var rows = TinyTraining.Rows(64, 48);
        var (large, small) = (TinyTraining.Recipe("wanda", ("batch", 32), ("steps", 2)), TinyTraining.Recipe("wanda", ("batch", 8), ("accumulate", 4), ("steps", 2)));

        var one = Run(large, out var values, weights => new(_model, weights, large, rows));
        var four = Run(small, out var same, weights => new(_model, weights, small, rows));

        for (var step = 0; step < 2; step++)
        {
            four.Loss[step].ShouldBe(one.Loss[step], 1e-5);
            four.GradNorm[step].ShouldBe(one.GradNorm[step], 1e-4 * one.GradNorm[step]);
        }

        same.Zip(values).Max(pair => Math.Abs(pair.First - pair.Second)).ShouldBeLessThan(1e-3f); // Adam makes full steps of tiny gradients
    }

    [Fact]
    public void Rows_come_in_the_order_of_a_seed()
    {
        var recipe = TinyTraining.Recipe("wanda", ("dropout", 0));

        var plain = Run(recipe, out _);
        var shuffled = Run(recipe, out _, weights => new(_model, weights, recipe, Rows) { OrderSeed = 3 });
        var again = Run(recipe, out _, weights => new(_model, weights, recipe, Rows) { OrderSeed = 3 });

        TinyTraining.Text(shuffled).ShouldNotBe(TinyTraining.Text(plain));
        TinyTraining.Text(again).ShouldBe(TinyTraining.Text(shuffled));
    }

    [Fact]
    public void Large_gradients_are_scaled_down_to_the_norm_that_is_asked_for()
    {
        // of plain gradient steps (β₁ = β₂ = 0 leaves g / |g|) nothing would be seen, so ε is large: the step is lr · g / ε
        var recipe = TinyTraining.Recipe("full", ("max-grad-norm", 0.01), ("steps", 1), ("warmup", 0), ("lr", 1)) with { Optimizer = new(0, 0, 1e3, 0) };

        var curve = Run(recipe, out var after);

        curve.GradNorm[0].ShouldBeGreaterThan(0.1);
        var before = TinyTraining.Values(TinyTraining.Weights(_model, recipe));
        var moved = Math.Sqrt(after.Zip(before).Sum(pair => Math.Pow((double)pair.First - pair.Second, 2)));
        (moved * 1e3).ShouldBe(0.01, 0.001);
    }

    [Fact]
    public void A_training_that_diverges_stops_with_a_sentence()
    {
        var recipe = TinyTraining.Recipe("full") with { LearningRate = 1e30 };

        Should.Throw<InputException>(() => Run(recipe, out _)).Message.ShouldBe("Step 3: the loss is NaN or infinite. Use a smaller --lr.");

        _model.Overlay.ShouldBeSameAs(WeightOverlay.None);
    }

    [Fact]
    public void Leaves_the_model_as_it_was_when_something_goes_wrong()
    {
        var before = LiveTensors.Count();
        var recipe = TinyTraining.Recipe("wanda", ("dropout", 0.1));
        using (var weights = TinyTraining.Weights(_model, recipe))
        {
            Should.Throw<OperationCanceledException>(() => new Trainer(_model, weights, recipe, Rows) { Progress = new Stop(5) }.Run());

            _model.Overlay.ShouldBeSameAs(WeightOverlay.None);
            weights.Tensors.Select(tensor => tensor.Value.grad).ShouldAllBe(gradient => Equals(gradient, null));
        }

        _model.Dispose();
        _model.Folder.Release();
        Tensor.TotalCount.ShouldBe(before);
    }

    [Theory]
    [InlineData("wanda", true)]
    [InlineData("wanda", false)]
    [InlineData("full", true)]
    [InlineData("perp", false)]
    public void Leaves_no_tensor_and_no_gradient_behind(string name, bool checkpointing)
    {
        var before = LiveTensors.Count();
        var recipe = TinyTraining.Recipe(name);
        using (var weights = TinyTraining.Weights(_model, recipe))
        {
            new Trainer(_model, weights, recipe, Rows) { Checkpointing = checkpointing, Evaluation = Held }.Run();
            weights.Tensors.Select(tensor => tensor.Value.grad).ShouldAllBe(gradient => Equals(gradient, null));
        }

        _model.Dispose();
        _model.Folder.Release();
        Tensor.TotalCount.ShouldBe(before);
    }

    [Fact]
    public void Refuses_ids_and_lengths_that_the_model_has_not()
    {
        var recipe = TinyTraining.Recipe("wanda");
        Should.Throw<InputException>(() => Run(recipe, out _, weights => new(_model, weights, recipe, new TrainingSet([1, 2, 260, 3], 2)))).Message.ShouldStartWith("Token id 260 lies outside the vocabulary of 260");
        Should.Throw<InputException>(() => Run(recipe, out _, weights => new(_model, weights, recipe, Rows) { Evaluation = TinyTraining.Rows(1, 65) })).Message.ShouldStartWith(
            "A window of 65 tokens is longer than the model's 64 positions");
    }

    [Fact]
    public void Reports_every_row_that_goes_through()
    {
        var (recipe, seen) = (TinyTraining.Recipe("wanda", ("steps", 3), ("eval-every", 0)), new Record());

        Run(recipe, out _, weights => new(_model, weights, recipe, Rows) { Evaluation = Held, Progress = seen });

        seen.All.Where(progress => progress.Step is null).Sum(progress => progress.Rows).ShouldBe(2 * Held.Rows);
        seen.All.Where(progress => progress.Step is not null).Select(progress => (progress.Step, progress.Rows, progress.Tokens)).ShouldBe([(0, 2, 24), (1, 2, 24), (2, 2, 24)]);
    }

    public void Dispose()
    {
        _model.Dispose();
        _model.Folder.Release();
        _folder.Dispose();
    }

    private static TrainingSet Rows { get; } = TinyTraining.Rows(6, 12);

    private static TrainingSet Held { get; } = TinyTraining.Rows(4, 12);

    private TrainingCurve Run(FinetuneRecipe recipe, out float[] values, Func<TrainedWeights, Trainer>? trainer = null)
    {
        using var scope = NewDisposeScope();
        using var weights = TinyTraining.Weights(_model, recipe);
        var curve = (trainer?.Invoke(weights) ?? new Trainer(_model, weights, recipe, Rows) { Evaluation = Held }).Run();
        values = TinyTraining.Values(weights);
        return curve;
    }

    private sealed class Stop(int after) : IProgress<TrainingProgress>
    {
        private int _seen;

        public void Report(TrainingProgress value)
        {
            if (++_seen == after)
            {
                throw new OperationCanceledException();
            }
        }
    }

    private sealed class Record : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public void Report(TrainingProgress value) => All.Add(value);
    }
}
