namespace TorchSharp;

/// <summary>Which elements dropout drops: a stretch of a stream, see <see cref="Fused.CounterDropout"/>.</summary>
/// <param name="Share">In [0, 1).</param>
/// <param name="Offset">Of the first element in the stream, from 0.</param>
public sealed record DropoutPattern(double Share, long Seed, long Stream, long Offset);
