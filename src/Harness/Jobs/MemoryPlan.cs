using Harness.Models;
using Harness.Prune.Calibration;

namespace Harness.Cli.Jobs;

/// <summary>What a run over the blocks will need in memory at most, part by part, in bytes; files that are only mapped do not count.</summary>
/// <param name="Weights">Of one block, the pruned copy included.</param>
/// <param name="HiddenStates">What goes into a block and what comes out of it.</param>
/// <param name="Statistics">Of one block's inputs.</param>
/// <param name="Head">Final norm and output head.</param>
internal sealed record MemoryPlan(long Weights, long HiddenStates, long Statistics, long Head)
{
    /// <summary>For pruning by one method.</summary>
    /// <param name="tokens">Of all calibration samples; 0 where there are none.</param>
    /// <param name="isDense">Whether the dense outputs are kept beside.</param>
    public static MemoryPlan ForPruning(CausalLM model, StatisticKinds kinds, long tokens, bool isDense) => new(
        2 * BlockBytes(model), (isDense ? 3 : 2) * StateBytes(model, tokens), StatisticBytes(model, kinds), 0);

    /// <summary>For the gradients of so many tokens.</summary>
    /// <param name="isKept">Whether what the blocks read stays in memory.</param>
    public static MemoryPlan ForGradients(CausalLM model, long tokens, bool isKept) => new(
        2 * BlockBytes(model), (isKept ? model.Config.Layers + 2 : 3) * StateBytes(model, tokens), 2 * BlockBytes(model), HeadBytes(model));

    /// <summary>For scoring so many tokens.</summary>
    public static MemoryPlan ForScoring(CausalLM model, long tokens) => new(
        BlockBytes(model), 2 * StateBytes(model, tokens), 0, HeadBytes(model));

    /// <summary>"Memory plan: 27.1 MB weights of a block + 75.5 MB hidden states + 3.5 MB statistics."</summary>
    public override string ToString()
    {
        var parts = new[] { (Weights, "weights of a block"), (HiddenStates, "hidden states"), (Statistics, "statistics"), (Head, "output head") };
        return $"Memory plan: {string.Join(" + ", parts.Where(part => part.Item1 > 0).Select(part => $"{Bytes.Text(part.Item1)} {part.Item2}"))}.";
    }

    private static long BlockBytes(CausalLM model) =>
        Enumerable.Range(0, model.Config.Layers).Max(block => model.LinearLayoutsOf(block).Sum(linear => linear.Linear.Rows * linear.Linear.Columns)) * model.DType.ElementSize();

    private static long HeadBytes(CausalLM model) => (long)model.Config.VocabSize * model.Config.EmbeddingSize * model.DType.ElementSize();

    private static long StateBytes(CausalLM model, long tokens) => tokens * model.Config.HiddenSize * model.DType.ElementSize();

    private static long StatisticBytes(CausalLM model, StatisticKinds kinds)
    {
        var widths = model.Config.Layout.Block(model.Config.Layers - 1).Inputs.Select(input => input.Columns).ToArray();
        var squares = kinds.HasFlag(StatisticKinds.ColumnSquares) ? widths.Sum() * sizeof(double) : 0;
        // the sum and the factor of each input, and three matrices while one is factored
        var grams = kinds.HasFlag(StatisticKinds.Gram) ? (2 * widths.Sum(width => width * width) + 3 * widths.Max() * widths.Max()) * sizeof(float) : 0;
        return squares + grams;
    }
}
