using Harness.LoraFinetune.Training;

namespace Harness.Cli.Jobs;

/// <summary>What <c>finetune</c> did, written as harness.json beside adapter or checkpoint, by --json and, with the curve in front, by --record (docs/json.md).</summary>
internal sealed record FinetuneManifest
{
    public required string Harness { get; init; }

    public required string Libtorch { get; init; }

    public string? OpenBlas { get; init; }

    public required string Model { get; init; }

    /// <summary>The adapter that it began with.</summary>
    public string? Adapter { get; init; }

    public required FinetuneProtocol Recipe { get; init; }

    /// <summary>Numbers that were trained.</summary>
    public required long Parameters { get; init; }

    /// <summary>What stays 0.</summary>
    public required FinetuneMasks Masks { get; init; }

    /// <summary>plain or masked where the adapter went into the weights.</summary>
    public string? Merge { get; init; }

    public required string Dtype { get; init; }

    public required string Device { get; init; }

    public required int Threads { get; init; }

    public required IReadOnlyDictionary<string, double> Seconds { get; init; }

    public required long PeakBytes { get; init; }

    public required IReadOnlyList<double> Loss { get; init; }

    public required IReadOnlyList<double> GradNorm { get; init; }

    public required IReadOnlyList<double> LearningRate { get; init; }

    public double? EvalLossBefore { get; init; }

    public double? EvalLossAfter { get; init; }

    /// <summary>Of the checkpoint that the adapter was merged into; null where it was not.</summary>
    public double? EvalLossMerged { get; init; }

    public required IReadOnlyList<EvalLoss> Evaluations { get; init; }
}

/// <summary>How it was trained.</summary>
/// <param name="Data">SHA-256 of the files.</param>
/// <param name="Rows">How many rows there were.</param>
/// <param name="Ids">SHA-256 of their ids as int32.</param>
/// <param name="EvalIds">The same of the rows that the loss is measured on.</param>
internal sealed record FinetuneProtocol(
    string Name,
    int Version,
    string Part,
    int? Rank,
    double? Alpha,
    double? Dropout,
    IReadOnlyList<string>? Targets,
    double Lr,
    int Warmup,
    string Schedule,
    double WeightDecay,
    double MaxGradNorm,
    int Steps,
    int Batch,
    int Accumulate,
    int Length,
    string Seed,
    string Corpus,
    string Data,
    int Rows,
    string Ids,
    string? EvalIds);

/// <summary>What pruning has left.</summary>
/// <param name="Source">A file, or the zeros of the weights.</param>
/// <param name="Pruned">Weights that stay 0.</param>
internal sealed record FinetuneMasks(string Source, long Pruned);
