using System.Numerics;
using Harness.Data.Training;
using Harness.LoraFinetune.Recipes;
using Harness.Models;

namespace Harness.LoraFinetune.Training;

/// <summary>
/// Trains by a recipe: for each step the gradients of its batches, their norm scaled down where it is too large, one step of AdamW, as transformers' Trainer does.
/// <code>
/// using var weights = new LoraWeights(LoraAdapter.New(model, recipe.Lora!, recipe.Seed), recipe.Lora.Dropout, recipe.Seed);
/// var curve = new Trainer(model, weights, recipe, rows) { Evaluation = held }.Run();
/// </code>
/// </summary>
/// <param name="weights">What is trained; their values are changed.</param>
public sealed class Trainer(CausalLM model, TrainedWeights weights, FinetuneRecipe recipe, TrainingSet rows)
{
    /// <summary>Tokens that go through the model together, forwards and backwards, where a batch is larger.</summary>
    public const int TokensAtOnce = 512;

    /// <summary>Rows to measure the loss on; null for none.</summary>
    public TrainingSet? Evaluation { get; init; }

    /// <summary>Seed of the order of rows; null: as they are.</summary>
    public BigInteger? OrderSeed { get; init; }

    /// <summary>Where the training's state is kept; null: a killed one is lost.</summary>
    public TrainingState? State { get; init; }

    /// <summary>How much memory the process may come to.</summary>
    public MemoryBudget Budget { get; init; } = MemoryBudget.OfMachine;

    /// <summary>Whether blocks are computed anew on the way back, which takes less memory and more time; null for where memory asks for it.</summary>
    public bool? Checkpointing { get; init; }

    /// <summary>What it will need, as things stand.</summary>
    public TrainingMemory Memory => field ??= TrainingMemory.Of(model, weights, recipe, rows, Budget, Checkpointing);

    /// <summary>Hears of every token that has gone forwards and backwards, or forwards only in an evaluation.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Steps in all.</summary>
    public int Steps { get; } = recipe.StepsOf(rows.Rows);

    /// <summary>Trains from the start, or from where a killed run was.</summary>
    /// <exception cref="InputException">The loss or a gradient is NaN or infinite.</exception>
    public TrainingCurve Run()
    {
        Check();
        var before = model.Overlay;
        using var held = new HeldWeights(model, weights, Memory.Holds);
        using var optimizer = new AdamW(weights.Tensors, recipe.Optimizer);
        model.Overlay = held.Overlay;
        set_flush_denormal(true); // gradients of what is known already become that small
        try
        {
            return Run(optimizer);
        }
        finally
        {
            set_flush_denormal(false);
            model.Overlay = before;
            DropGradients();
        }
    }

    private TrainingCurve Run(AdamW optimizer)
    {
        var scale = new LossScale(model.DType);
        var (first, curve) = State?.Restore(weights, optimizer, scale) ?? (0, new TrainingCurve());
        curve.EvalLossBefore ??= Evaluate();
        var backpropagation = new Backpropagation(model, weights.Tensors, Memory.KeepsGraphs);
        var order = new RowOrder(rows.Rows, OrderSeed);
        var rate = new LearningRate(recipe.LearningRate, recipe.Warmup, Steps, recipe.Schedule);
        for (var step = first; step < Steps; step++)
        {
            var loss = Gradients(backpropagation, order, step, scale.Value);
            var norm = Norm() / scale.Value;
            curve.Loss.Add(loss);
            curve.GradNorm.Add(norm);
            curve.LearningRate.Add(rate.At(optimizer.Steps));
            if (scale.Accept(double.IsFinite(norm)))
            {
                optimizer.Step(rate.At(optimizer.Steps), Math.Min(1, recipe.MaxGradNorm / (norm + 1e-6)) / scale.Value);
            }
            else if (!scale.MayOverflow || !double.IsFinite(loss))
            {
                throw Diverged(step, loss);
            }

            DropGradients();
            After(step + 1, optimizer, scale, curve);
        }

        curve.EvalLossAfter ??= Steps == 0 ? curve.EvalLossBefore : Evaluate();
        return curve;
    }

    /// <summary>Adds up a step's gradients; returns the mean of its batches' losses.</summary>
    private double Gradients(Backpropagation backpropagation, RowOrder order, int step, double scale)
    {
        var sum = 0.0;
        for (var batch = 0; batch < recipe.Accumulate; batch++)
        {
            var first = ((long)step * recipe.Accumulate + batch) * recipe.Batch;
            var taken = order.Take(first, recipe.Batch);
            var targets = taken.Sum(row => rows.Row(row).Targets);
            foreach (var portion in Portion.Of(rows, taken, TokensAtOnce, first, model.Device))
            {
                using (portion)
                {
                    weights.Begin(portion.First * rows.Length);
                    sum += backpropagation.Run(portion, scale / targets / recipe.Accumulate) / targets;
                    Progress?.Report(new TrainingProgress(step, (int)portion.Ids.shape[0], portion.Ids.numel()));
                }
            }
        }

        return sum / recipe.Accumulate;
    }

    /// <summary>Null where there are no rows for it.</summary>
    private double? Evaluate()
    {
        weights.Begin(null);
        return Evaluation is { } set ? HeldOutLoss.Of(model, set, Progress) : null;
    }

    private void After(int done, AdamW optimizer, LossScale scale, TrainingCurve curve)
    {
        if (recipe.EvaluateEvery > 0 && done % recipe.EvaluateEvery == 0 && done < Steps && Evaluate() is { } loss)
        {
            curve.Evaluations.Add(new EvalLoss(done, loss));
        }

        if (done % recipe.SaveEvery == 0 || done == Steps)
        {
            State?.Save(done, weights, optimizer, scale, curve);
        }
    }

    /// <summary>The norm of all gradients together, those of pruned weights set to 0 first.</summary>
    private double Norm()
    {
        using var _ = no_grad();
        var sum = 0.0;
        foreach (var tensor in weights.Tensors)
        {
            using var scope = NewDisposeScope();
            if (tensor.Value.grad is { } gradient)
            {
                gradient = tensor.Kept is null ? gradient : gradient.mul_(tensor.Kept);
                sum += Fused.SquareSum(gradient).item<double>();
            }
        }

        return Math.Sqrt(sum);
    }

    private void DropGradients()
    {
        foreach (var tensor in weights.Tensors)
        {
            tensor.Value.grad = null;
        }
    }

    private void Check()
    {
        foreach (var set in new[] { rows, Evaluation }.OfType<TrainingSet>())
        {
            model.CheckIds(set.Ids);
            model.CheckWindow(set.Length);
        }
    }

    private InputException Diverged(int step, double loss) => new(
        $"Step {step + 1}: {(double.IsFinite(loss) ? "a gradient" : "the loss")} is NaN or infinite. Use a smaller --lr{(model.DType == float32 ? "" : ", or --dtype float32")}.");
}

/// <summary>A portion is done.</summary>
/// <param name="Step">Counted from 0; null in an evaluation.</param>
public readonly record struct TrainingProgress(int? Step, int Rows, long Tokens);
