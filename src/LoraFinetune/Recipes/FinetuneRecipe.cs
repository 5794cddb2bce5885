using System.Numerics;
using Harness.LoraFinetune.Training;

namespace Harness.LoraFinetune.Recipes;

/// <summary>What of a model is trained.</summary>
public enum TrainedPart
{
    /// <summary>Low-rank matrices beside some linears; the model's own weights stay.</summary>
    Lora,

    /// <summary>Every weight that pruning has left.</summary>
    Full,

    /// <summary>Norms and biases alone.</summary>
    Norms,
}

/// <summary>How a pruned model is trained to recover: all that its numbers depend on beside model and text.</summary>
public sealed record FinetuneRecipe
{
    /// <summary>Goes up when a change can move a recipe's numbers.</summary>
    public const int Version = 1;

    /// <summary>As it is known: <c>wanda</c>, or the path of the file that it was read from.</summary>
    public required string Name { get; init; }

    public required TrainedPart Part { get; init; }

    /// <summary>Rows of A; null for a recipe without adapters.</summary>
    public LoraShape? Lora { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>Steps until the learning rate is reached.</summary>
    public int Warmup { get; init; }

    public Schedule Schedule { get; init; } = Schedule.Linear;

    public AdamW.Options Optimizer { get; init; } = new(0.9, 0.999, 1e-8, 0);

    /// <summary>Gradients whose norm is larger are scaled down to it.</summary>
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>Rows that a loss is the mean of.</summary>
    public required int Batch { get; init; }

    /// <summary>Such losses in a step.</summary>
    public required int Accumulate { get; init; }

    /// <summary>Tokens of a row; at most, where rows have their own ends.</summary>
    public required int Length { get; init; }

    /// <summary>How many; null for as many as the rows make, <see cref="Epochs"/> times over.</summary>
    public int? Steps { get; init; }

    /// <summary>Rows to train on; null for as many as the steps need, or all.</summary>
    public int? Samples { get; init; }

    /// <summary>How often each row is seen, where the steps are not given.</summary>
    public double Epochs { get; init; } = 1;

    /// <summary>Of the adapters' first values, of dropout and of the order of rows.</summary>
    public BigInteger Seed { get; init; } = 42;

    /// <summary>What is trained on: c4, wikitext2, or a file.</summary>
    public string Corpus { get; init; } = "c4";

    /// <summary>How its texts become rows.</summary>
    public RowForm Rows { get; init; }

    /// <summary>Rows that the loss is measured on before and after.</summary>
    public int EvaluationSamples { get; init; } = 128;

    /// <summary>Steps between two measurements in between; 0 for none.</summary>
    public int EvaluateEvery { get; init; } = 10;

    /// <summary>Steps that a killed run may lose.</summary>
    public int SaveEvery { get; init; } = 50;

    /// <summary>Rows in a step.</summary>
    public int RowsPerStep => Batch * Accumulate;

    /// <summary>How many steps there are with so many rows; at least one.</summary>
    public int StepsOf(int rows) => Steps ?? Math.Max(1, (int)(rows * Epochs) / RowsPerStep);

    /// <summary>Rows to prepare; null for all that the text gives.</summary>
    public int? RowsWanted => Samples ?? (Steps is { } steps ? (int)Math.Min(int.MaxValue, (long)steps * RowsPerStep) : null);
}

/// <summary>The form of adapters.</summary>
/// <param name="Targets">The linears that get one, by the last parts of their names; empty for all.</param>
public sealed record LoraShape(int Rank, double Alpha, double Dropout, IReadOnlyList<string> Targets);

/// <summary>How texts become rows.</summary>
public enum RowForm
{
    /// <summary>One behind the other, cut into rows of equal length.</summary>
    Packed,

    /// <summary>Instructions with their answers in the prompt of Alpaca, one a row; answers alone are learned.</summary>
    Alpaca,
}
