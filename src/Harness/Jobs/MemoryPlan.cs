using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Prune.Calibration;

namespace Harness.Cli.Jobs;

/// <summary>What a walk over the blocks takes in memory at most, part by part, in bytes, on top of the program itself.</summary>
internal sealed record MemoryPlan
{
    // measured: what OpenBLAS and the runtime take once they are at work, whatever the model
    private const long BytesOfLibraries = 100_000_000;

    // what one block's forward pass holds beside its input: residual, norm, queries, keys, values, and the widest of its inner states thrice (gate, up, their product)
    private const int CopiesOfHidden = 6;
    private const int CopiesOfInner = 3;

    // a metric, the weights' magnitudes and a sorted copy of one linear
    private const int CopiesOfLinear = 3;

    // while one Gram matrix is factored: itself in full, damped, its factor, the inverse and the inverse's factor
    private const int CopiesOfGram = 5;

    /// <summary>Of one block in the type of the computation, its pages of the file and its pruned copy.</summary>
    public long Weights { get; init; }

    /// <summary>Of one block's inputs.</summary>
    public long Statistics { get; init; }

    /// <summary>What a batch of tokens takes on its way through a block, or a linear while it is pruned.</summary>
    public long Work { get; init; }

    /// <summary>Output head and the logits of a few tokens.</summary>
    public long Head { get; init; }

    /// <summary>Hidden states that are held in memory.</summary>
    public long HiddenStates { get; init; }

    /// <summary>Hidden states that are not.</summary>
    public long OnDisk { get; init; }

    /// <summary>What cannot be put elsewhere: the head comes when the blocks are gone.</summary>
    public long Fixed => Math.Max(Weights + Statistics + Work, Head) + BytesOfLibraries;

    /// <summary>All that is in memory at once.</summary>
    public long Total => Fixed + HiddenStates;

    /// <summary>Bytes of so many tokens' states.</summary>
    public static long StateBytes(ModelConfig config, ScalarType type, long tokens) => tokens * config.HiddenSize * type.ElementSize();

    /// <summary>A block, observed and pruned.</summary>
    /// <param name="longest">Tokens of the longest sequence that goes through it.</param>
    public static MemoryPlan OfPruning(ModelConfig config, ScalarType type, StatisticKinds kinds, long longest) => OfBlock(config, type, longest) with
    {
        Weights = 3 * BlockBytes(config, type),
        Statistics = StatisticBytes(config, kinds),
        Work = Math.Max(BatchBytes(config, type, longest), CopiesOfLinear * sizeof(float) * Linears(config).Max()),
    };

    /// <summary>A block and the head that scores what comes out behind the last one.</summary>
    /// <inheritdoc cref="OfPruning"/>
    public static MemoryPlan OfScoring(ModelConfig config, ScalarType type, long longest) => OfBlock(config, type, longest) with
    {
        // the file's pages go when the head is there
        Head = HeadBytes(config, type) + Math.Max(HeadBytes(config, type), sizeof(float) * ZeroShot.Perplexity.TokensOfLogits * (long)config.VocabSize),
    };

    /// <summary>The gradients of so many tokens.</summary>
    /// <param name="isKept">Whether what the blocks read stays in memory.</param>
    public static MemoryPlan OfGradients(ModelConfig config, ScalarType type, long tokens, long longest, bool isKept) => OfScoring(config, type, longest) with
    {
        Weights = 2 * BlockBytes(config, type),
        Statistics = 2 * BlockBytes(config, type),
        HiddenStates = (isKept ? config.Layers + 2 : 3) * StateBytes(config, type, tokens),
    };

    /// <summary>Both at once, the larger of each part.</summary>
    public MemoryPlan With(MemoryPlan other) => new()
    {
        Weights = Math.Max(Weights, other.Weights),
        Statistics = Math.Max(Statistics, other.Statistics),
        Work = Math.Max(Work, other.Work),
        Head = Math.Max(Head, other.Head),
        HiddenStates = Math.Max(HiddenStates, other.HiddenStates),
        OnDisk = Math.Max(OnDisk, other.OnDisk),
    };

    /// <summary>The same with hidden states of so many bytes: as much in memory as the budget leaves, the rest on disk.</summary>
    /// <param name="sets">States that are held together: each lies in memory or on disk as a whole.</param>
    /// <exception cref="InputException">What was allowed does not even hold what cannot be put elsewhere.</exception>
    public MemoryPlan Place(IEnumerable<long> sets, MemoryBudget memory)
    {
        var free = memory.Free;
        if (memory.Bytes is { } most && free < Fixed)
        {
            throw new InputException(
                $"--memory is {Bytes.Text(most)}, of which {Bytes.Text(free)} are still free; a block, its statistics, the output head and the libraries alone take {Bytes.Text(Fixed)}. "
                + $"Give {Bytes.Text(most - free + Fixed)} or more.");
        }

        var (held, onDisk) = (0L, 0L);
        foreach (var set in sets)
        {
            (held, onDisk) = held + set <= free - Fixed ? (held + set, onDisk) : (held, onDisk + set);
        }

        return this with { HiddenStates = held, OnDisk = onDisk };
    }

    /// <summary>Where a walk of this plan keeps its hidden states.</summary>
    /// <param name="cacheFolder">Files are made below it.</param>
    public StateSpace Space(string cacheFolder) => new(HiddenStates, Path.Combine(cacheFolder, "states"));

    /// <summary>"Memory plan: 27.1 MB weights of a block + 75.5 MB hidden states + 3.5 MB statistics; 1.2 GB of hidden states on disk."</summary>
    public override string ToString()
    {
        var parts = new[] { (Weights, "weights of a block"), (HiddenStates, "hidden states"), (Statistics, "statistics"), (Work, "work"), (Head, "output head") };
        var rest = OnDisk > 0 ? $"; {Bytes.Text(OnDisk)} of hidden states on disk" : "";
        return $"Memory plan: {string.Join(" + ", parts.Where(part => part.Item1 > 0).Select(part => $"{Bytes.Text(part.Item1)} {part.Item2}"))}{rest}.";
    }

    private static MemoryPlan OfBlock(ModelConfig config, ScalarType type, long longest) => new()
    {
        Weights = 2 * BlockBytes(config, type),
        Work = BatchBytes(config, type, longest),
    };

    private static IEnumerable<long> Linears(ModelConfig config) =>
        Enumerable.Range(0, config.Layers).SelectMany(block => config.Layout.Block(block).Linears.Select(linear => linear.Rows * linear.Columns));

    private static long BlockBytes(ModelConfig config, ScalarType type) =>
        Enumerable.Range(0, config.Layers).Max(block => config.Layout.Block(block).Linears.Sum(linear => linear.Rows * linear.Columns)) * type.ElementSize();

    private static long HeadBytes(ModelConfig config, ScalarType type) => (long)config.VocabSize * config.EmbeddingSize * type.ElementSize();

    private static long BatchBytes(ModelConfig config, ScalarType type, long longest)
    {
        var widest = config.Layout.Block(config.Layers - 1).Linears.Max(linear => Math.Max(linear.Rows, linear.Columns));
        return Math.Max(Models.HiddenStates.TokensPerBatch, longest) * ((CopiesOfHidden * config.HiddenSize) + (CopiesOfInner * widest)) * type.ElementSize();
    }

    private static long StatisticBytes(ModelConfig config, StatisticKinds kinds)
    {
        var widths = config.Layout.Block(config.Layers - 1).ByInput.Select(input => input.Linears[0].Columns).ToArray();
        var squares = kinds.HasFlag(StatisticKinds.ColumnSquares) || kinds.HasFlag(StatisticKinds.DecayingColumnSquares) ? widths.Sum() * sizeof(double) : 0;
        if (!kinds.HasFlag(StatisticKinds.Gram))
        {
            return squares;
        }

        // the sum of each input in float64 and its factor in float32; a batch in float64; and what one is factored with
        var kept = widths.Sum(width => width * width) * (sizeof(double) + sizeof(float));
        return squares + kept + (Models.HiddenStates.TokensPerBatch * widths.Max() * sizeof(double)) + (CopiesOfGram * widths.Max() * widths.Max() * sizeof(double));
    }
}
