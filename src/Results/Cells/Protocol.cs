namespace Harness.Results;

/// <summary>How a cell's numbers were made, as far as it can differ between tables that look alike.</summary>
public sealed record Protocol
{
    /// <summary>Content key of the checkpoint.</summary>
    public required string Model { get; init; }

    /// <summary>Content key of the tokenizer.</summary>
    public required string Tokenizer { get; init; }

    /// <summary>The type that weights and activations were computed in.</summary>
    public required string Dtype { get; init; }

    /// <summary>Null where nothing was calibrated: dense, magnitude.</summary>
    public CalibrationProtocol? Calibration { get; init; }

    /// <summary>Linears whose Hessian needed more damping than the method's own; null for none.</summary>
    public IReadOnlyList<DampingRetry>? DampingRetries { get; init; }
}

/// <summary>What the statistics were taken from.</summary>
/// <param name="Corpus">Its name: <c>c4</c>; a file's name without its folder.</param>
/// <param name="Samples">How many.</param>
/// <param name="Length">Tokens in each; at most, where <paramref name="Preproc"/> keeps shorter documents.</param>
/// <param name="Seed">Of the sampling stream.</param>
/// <param name="Propagate">Whose outputs fed the next block: <c>sequential</c> or <c>dense</c>.</param>
/// <param name="Data">Content key of the corpus files.</param>
/// <param name="Ids">Content key of the sampled token ids.</param>
/// <param name="Preproc">The rule that made the samples; null for the papers'.</param>
public sealed record CalibrationProtocol(string Corpus, int Samples, int Length, int Seed, string Propagate, string Data, string Ids, string? Preproc = null);

/// <summary>A Hessian that was not positive definite at first.</summary>
/// <param name="Linear">Its name in the checkpoint, without <c>.weight</c>.</param>
/// <param name="Damping">The share of the mean diagonal at which it was.</param>
/// <param name="Retries">How often the damping was raised.</param>
public sealed record DampingRetry(string Linear, double Damping, int Retries);

/// <summary>Who measured it: never part of a comparison of numbers.</summary>
/// <param name="Commit">Of this repository, with <c>+</c> where the tree had changes.</param>
/// <param name="Harness">This program's version.</param>
/// <param name="Libtorch">The tensor library's version.</param>
/// <param name="Device">What it ran on: the processor's or accelerator's name.</param>
/// <param name="Threads">How many threads the tensor library used.</param>
/// <param name="OpenBlas">The processor whose kernels OpenBLAS multiplied with, which decides how sums are rounded; null where that was another library, or was not asked.</param>
public sealed record Provenance(string Commit, string Harness, string Libtorch, string Device, int Threads, string? OpenBlas = null);
