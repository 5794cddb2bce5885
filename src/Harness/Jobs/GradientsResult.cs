namespace Harness.Cli.Jobs;

/// <summary>What <c>gradients</c> did, written by --json (docs/json.md).</summary>
internal sealed record GradientsResult
{
    public required string Harness { get; init; }

    public required string Libtorch { get; init; }

    public string? OpenBlas { get; init; }

    public required string Model { get; init; }

    public required string Dtype { get; init; }

    public required string Device { get; init; }

    public required int Threads { get; init; }

    public required GradientSamples Samples { get; init; }

    /// <summary>What gradients were multiplied with.</summary>
    public required double Scale { get; init; }

    /// <summary>The type the statistics are stored in.</summary>
    public required string Store { get; init; }

    /// <summary>Each sample's mean cross-entropy in nats.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>In the order in which they were done: the last block first.</summary>
    public required IReadOnlyList<GradientLinear> Linears { get; init; }

    public required IReadOnlyDictionary<string, double> Seconds { get; init; }

    public required long PeakBytes { get; init; }
}

/// <summary>What the gradients were taken from.</summary>
/// <param name="Seed">Null for given ids.</param>
/// <param name="Data">SHA-256 of the corpus files.</param>
/// <param name="Ids">SHA-256 of the ids as int32.</param>
internal sealed record GradientSamples(string Corpus, int Count, int Length, string? Seed, string Data, string Ids, string? Preproc = null);

/// <summary>One linear as stored.</summary>
/// <param name="Name">As in the file, without the statistic in front.</param>
/// <param name="Largest">Of l2.</param>
/// <param name="Zeros">Elements of l2 that are 0.</param>
/// <param name="Overflows">Elements of l1 and l2 that the stored type turned into infinity.</param>
internal sealed record GradientLinear(string Name, int Layer, double Largest, long Zeros, long Overflows);
