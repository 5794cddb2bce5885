using System.Numerics;

namespace Harness.Cli.Jobs;

/// <summary>What a user said about calibration; null where nothing.</summary>
/// <param name="Source">c4, wikitext2 or the path of a file.</param>
/// <param name="Samples">How many.</param>
/// <param name="Length">Tokens of each.</param>
/// <param name="Seed">Of the sampling.</param>
/// <param name="Preproc">The rule that makes samples.</param>
/// <param name="Data">Folder of the named corpora.</param>
internal sealed record CalibrationChoice(string? Source, int? Samples, int? Length, BigInteger? Seed, string? Preproc, string? Data)
{
    /// <summary>Whether any of it was given.</summary>
    public bool IsGiven => Source is not null || Samples is not null || Length is not null || Seed is not null || Preproc is not null;
}
