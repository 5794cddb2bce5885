using Harness.Results;

namespace Harness.Cli.Jobs;

/// <summary>What <c>prune</c> did, written as harness.json into the new checkpoint and by --json (docs/json.md).</summary>
internal sealed record PruneManifest
{
    private const string Fact = "theoretical";

    public required string Harness { get; init; }

    public required string Libtorch { get; init; }

    public string? OpenBlas { get; init; }

    public required string Model { get; init; }

    public required string Method { get; init; }

    public required int MethodVersion { get; init; }

    /// <summary>The options that were given, by name; null for none.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }

    public required string Sparsity { get; init; }

    /// <summary>The ratio asked of each layer, where they differ.</summary>
    public IReadOnlyList<double>? LayerRatios { get; init; }

    public required string Dtype { get; init; }

    public required string Device { get; init; }

    public required int Threads { get; init; }

    public ManifestCalibration? Calibration { get; init; }

    public required AchievedSparsity Achieved { get; init; }

    public required IReadOnlyList<ManifestLinear> Linears { get; init; }

    public required IReadOnlyDictionary<string, double> Seconds { get; init; }

    public required long PeakBytes { get; init; }

    /// <summary>The share of zeros over all linears that the method's own numbers stand for; null where it has none.</summary>
    public double? Theoretical()
    {
        var known = Linears.Where(linear => linear.Facts?.ContainsKey(Fact) == true).ToArray();
        // a fused matrix pruned in parts has it by part
        return known.Length == 0 || Linears.Any(linear => linear.Facts?.ContainsKey($"{Fact}.0") == true) ? null : known.Sum(linear => linear.Facts![Fact] * linear.Elements) / Linears.Sum(linear => linear.Elements);
    }
}

/// <summary>What the statistics were taken from.</summary>
/// <param name="Corpus">c4 train, wikitext2 train or a file's name.</param>
/// <param name="Seed">Null for given ids.</param>
/// <param name="Propagate">sequential or dense.</param>
/// <param name="Data">SHA-256 of the corpus files.</param>
/// <param name="Ids">SHA-256 of the ids as int32.</param>
/// <param name="Preproc">The rule that made the samples; null for the papers'.</param>
internal sealed record ManifestCalibration(string Corpus, int Samples, int Length, string? Seed, string Propagate, string Data, string Ids, string? Preproc = null);

/// <summary>One pruned linear.</summary>
/// <param name="Name">Its weight in the checkpoint.</param>
/// <param name="Facts">Numbers that the method found, by name; null for none.</param>
/// <param name="DampingRetries">How often the Hessian's damping was raised tenfold; null for never.</param>
/// <param name="Tokens">Of an expert, the calibration tokens that went there; null for linears that saw all.</param>
internal sealed record ManifestLinear(string Name, int Layer, long Zeros, long Elements, double Share, int? DampingRetries, IReadOnlyDictionary<string, double>? Facts, long? Tokens);
