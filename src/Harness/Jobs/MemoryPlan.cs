using Harness.Models;
using Harness.Models.Checkpoints;
using Harness.Prune.Calibration;

namespace Harness.Cli.Jobs;

/// <summary>
/// What a walk over the blocks takes in memory at most, part by part, in bytes, on top of the program itself. Where a device computes, blocks, statistics and head lie there, and hidden states as
/// long as there is room.
/// </summary>
/// <param name="Device">What computes.</param>
internal sealed record MemoryPlan(DeviceType Device)
{
    // of what is free on a device: its allocator leaves gaps
    private const double ShareOfDevice = 0.9;

    // measured: what OpenBLAS and the runtime take once they are at work, and what malloc keeps between what is in use, whatever the model
    private const long BytesOfLibraries = 140_000_000;

    // what one block's forward pass holds beside its input: residual, norm, queries, keys, values, and the widest of its inner states thrice (gate, up, their product)
    private const int CopiesOfHidden = 6;
    private const int CopiesOfInner = 3;

    // a metric, the weights' magnitudes and a sorted copy of one linear; on a device it is sorted with its places, which are twice as wide
    private const int CopiesOfLinear = 3;
    private const int CopiesOfLinearOnDevice = 8;

    // while one Gram matrix is factored: scaled, turned, and the factor; on a device scaled, in full, its factor, the inverse and the inverse's factor
    private const int CopiesOfGram = 3;
    private const int CopiesOfGramOnDevice = 5;

    /// <summary>Of one block in the type of the computation, its pages of the file (on a device: the block behind it) and its pruned copy.</summary>
    public long Weights { get; init; }

    /// <summary>Of one block's inputs.</summary>
    public long Statistics { get; init; }

    /// <summary>What a batch of tokens takes on its way through a block, or a linear while it is pruned.</summary>
    public long Work { get; init; }

    /// <summary>Output head and the logits of a few tokens.</summary>
    public long Head { get; init; }

    /// <summary>Hidden states that are held on the device.</summary>
    public long OnDevice { get; init; }

    /// <summary>Hidden states that are held in the host's memory.</summary>
    public long HiddenStates { get; init; }

    /// <summary>Hidden states that are not.</summary>
    public long OnDisk { get; init; }

    /// <summary>What cannot be put elsewhere in the host's memory.</summary>
    public long Fixed => (IsOnHost ? Computed : 0) + BytesOfLibraries;

    /// <summary>What cannot be put elsewhere on the device.</summary>
    public long FixedOnDevice => IsOnHost ? 0 : Computed;

    /// <summary>All that is in the host's memory at once.</summary>
    public long Total => Fixed + HiddenStates;

    private bool IsOnHost => Device == DeviceType.CPU;

    /// <summary>The head comes when the blocks are gone.</summary>
    private long Computed => Math.Max(Weights + Statistics + Work, Head);

    /// <summary>Bytes of so many tokens' states.</summary>
    public static long StateBytes(ModelConfig config, ScalarType type, long tokens) => tokens * config.HiddenSize * type.ElementSize();

    /// <summary>A block, observed and pruned.</summary>
    /// <param name="longest">Tokens of the longest sequence that goes through it.</param>
    public static MemoryPlan OfPruning(ModelConfig config, ScalarType type, DeviceType device, StatisticKinds kinds, long longest) => OfBlock(config, type, device, longest) with
    {
        Weights = 3 * BlockBytes(config, type),
        Statistics = StatisticBytes(config, device, kinds),
        Work = Math.Max(BatchBytes(config, type, device, longest), (device == DeviceType.CPU ? CopiesOfLinear : CopiesOfLinearOnDevice) * sizeof(float) * Linears(config).Max()),
    };

    /// <summary>A block and the head that scores what comes out behind the last one.</summary>
    /// <inheritdoc cref="OfPruning"/>
    public static MemoryPlan OfScoring(ModelConfig config, ScalarType type, DeviceType device, long longest) => OfBlock(config, type, device, longest) with
    {
        // the file's pages go when the head is there
        Head = HeadBytes(config, type) + Math.Max(HeadBytes(config, type), sizeof(float) * ZeroShot.Perplexity.TokensOfLogits * (long)config.VocabSize),
    };

    /// <summary>The gradients of so many tokens.</summary>
    /// <param name="isKept">Whether what the blocks read stays in memory.</param>
    public static MemoryPlan OfGradients(ModelConfig config, ScalarType type, DeviceType device, long tokens, long longest, bool isKept) => OfScoring(config, type, device, longest) with
    {
        Weights = 2 * BlockBytes(config, type),
        Statistics = 2 * BlockBytes(config, type),
        HiddenStates = (isKept ? config.Layers + 2 : 3) * StateBytes(config, type, tokens),
    };

    /// <summary>Both at once, the larger of each part.</summary>
    public MemoryPlan With(MemoryPlan other) => new(Device)
    {
        Weights = Math.Max(Weights, other.Weights),
        Statistics = Math.Max(Statistics, other.Statistics),
        Work = Math.Max(Work, other.Work),
        Head = Math.Max(Head, other.Head),
        OnDevice = Math.Max(OnDevice, other.OnDevice),
        HiddenStates = Math.Max(HiddenStates, other.HiddenStates),
        OnDisk = Math.Max(OnDisk, other.OnDisk),
    };

    /// <summary>The same with hidden states of so many bytes: as much on the device as there is room, as much in memory as the budget leaves, the rest on disk.</summary>
    /// <param name="sets">States that are held together: each lies in one place as a whole.</param>
    /// <param name="onDevice">Bytes that are free on the device; null where nobody knows: then no states are held there.</param>
    /// <exception cref="InputException">What was allowed, or what the device has free, does not even hold what cannot be put elsewhere.</exception>
    public MemoryPlan Place(IEnumerable<long> sets, MemoryBudget memory, long? onDevice = null)
    {
        var free = memory.Free;
        if (onDevice < FixedOnDevice)
        {
            throw new InputException(
                $"The device has {Bytes.Text(onDevice.Value)} of memory free; a block, its statistics and the output head alone take {Bytes.Text(FixedOnDevice)}. "
                + "Free some of it, use a half-precision --dtype, or compute with --device cpu.");
        }

        if (memory.Bytes is { } most && free < Fixed)
        {
            throw new InputException(
                $"--memory is {Bytes.Text(most)}, of which {Bytes.Text(free)} are still free; a block, its statistics, the output head and the libraries alone take {Bytes.Text(Fixed)}. "
                + $"Give {Bytes.Text(most - free + Fixed)} or more.");
        }

        var room = IsOnHost ? 0 : (long)((onDevice ?? 0) * ShareOfDevice) - FixedOnDevice;
        var (there, held, onDisk) = (0L, 0L, 0L);
        foreach (var set in sets)
        {
            (there, held, onDisk) = there + set <= room ? (there + set, held, onDisk) : held + set <= free - Fixed ? (there, held + set, onDisk) : (there, held, onDisk + set);
        }

        return this with { OnDevice = there, HiddenStates = held, OnDisk = onDisk };
    }

    /// <summary>Where a walk of this plan keeps its hidden states.</summary>
    /// <param name="cacheFolder">Files are made below it.</param>
    public StateSpace Space(string cacheFolder) => new(HiddenStates, Path.Combine(cacheFolder, "states"), OnDevice);

    /// <summary>
    /// "Memory plan: 27.1 MB weights of a block + 75.5 MB hidden states + 3.5 MB statistics; 1.2 GB of hidden states on disk."; of a device: "Memory plan, on the device: … ;
    /// 2.1 GB of hidden states in the host's memory."
    /// </summary>
    public override string ToString()
    {
        var parts = new[] { (Weights, "weights of a block"), (IsOnHost ? HiddenStates : OnDevice, "hidden states"), (Statistics, "statistics"), (Work, "work"), (Head, "output head") };
        var elsewhere = new[] { (IsOnHost ? 0 : HiddenStates, "in the host's memory"), (OnDisk, "on disk") };
        return $"Memory plan{(IsOnHost ? "" : ", on the device")}: {string.Join(" + ", parts.Where(part => part.Item1 > 0).Select(part => $"{Bytes.Text(part.Item1)} {part.Item2}"))}"
            + $"{string.Concat(elsewhere.Where(place => place.Item1 > 0).Select(place => $"; {Bytes.Text(place.Item1)} of hidden states {place.Item2}"))}.";
    }

    private static MemoryPlan OfBlock(ModelConfig config, ScalarType type, DeviceType device, long longest) => new(device)
    {
        Weights = 2 * BlockBytes(config, type),
        Work = BatchBytes(config, type, device, longest),
    };

    private static IEnumerable<long> Linears(ModelConfig config) =>
        Enumerable.Range(0, config.Layers).SelectMany(block => config.Layout.Block(block).Linears.Select(linear => linear.Rows * linear.Columns));

    private static long BlockBytes(ModelConfig config, ScalarType type) =>
        Enumerable.Range(0, config.Layers).Max(block => config.Layout.Block(block).Linears.Sum(linear => linear.Rows * linear.Columns)) * type.ElementSize();

    private static long HeadBytes(ModelConfig config, ScalarType type) => (long)config.VocabSize * config.EmbeddingSize * type.ElementSize();

    private static long BatchBytes(ModelConfig config, ScalarType type, DeviceType device, long longest)
    {
        var widest = config.Layout.Block(config.Layers - 1).Linears.Max(linear => Math.Max(linear.Rows, linear.Columns));
        return Math.Max(Models.HiddenStates.TokensPerBatch(device), longest) * ((CopiesOfHidden * config.HiddenSize) + (CopiesOfInner * widest)) * type.ElementSize();
    }

    private static long StatisticBytes(ModelConfig config, DeviceType device, StatisticKinds kinds)
    {
        var widths = config.Layout.Block(config.Layers - 1).ByInput.Select(input => input.Linears[0].Columns).ToArray();
        var squares = kinds.HasFlag(StatisticKinds.ColumnSquares) || kinds.HasFlag(StatisticKinds.DecayingColumnSquares) ? widths.Sum() * sizeof(double) : 0;
        if (!kinds.HasFlag(StatisticKinds.Gram))
        {
            return squares;
        }

        // the sum of each input in float64 and its factor in float32; a batch in float64; and what one is factored with
        var kept = widths.Sum(width => width * width) * (sizeof(double) + sizeof(float));
        return squares + kept + (Models.HiddenStates.TokensPerBatch(device) * widths.Max() * sizeof(double)) + ((device == DeviceType.CPU ? CopiesOfGram : CopiesOfGramOnDevice) * widths.Max() * widths.Max() * sizeof(double));
    }
}
