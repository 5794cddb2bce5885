using Harness.Models.Checkpoints;

namespace Harness.Models.Decoders;

/// <summary>
/// How far each pair of a head's dimensions turns per position, for every <c>rope_type</c> (transformers' modeling_rope_utils; computed in float32 as there).
/// </summary>
public static class RotaryFrequencies
{
    /// <summary>dim / 2 radians per position for a sequence of that length, and the factor on cos and sin.</summary>
    public static (float[] Frequencies, double AttentionFactor) Of(RopeConfig rope, int dim, long length) => rope.Type switch
    {
        RopeType.Default => (Plain(rope.Theta, dim), 1),
        RopeType.Linear => (Plain(rope.Theta, dim, _ => (float)rope.Factor), 1),
        RopeType.Dynamic => (Plain(DynamicTheta(rope, dim, length), dim), 1),
        RopeType.Llama3 => (Llama3(rope, dim), 1),
        RopeType.Yarn => (Yarn(rope, dim), rope.AttentionFactor ?? YarnAttention(rope)),
        _ => (LongRope(rope, dim, length), rope.AttentionFactor ?? LongRopeAttention(rope)),
    };

    private static float[] Plain(double theta, int dim, Func<int, float>? divisor = null) =>
        [.. Enumerable.Range(0, dim / 2).Select(i => 1f / MathF.Pow((float)theta, 2f * i / dim) / (divisor?.Invoke(i) ?? 1f))];

    /// <summary>NTK: beyond the trained positions the base grows with the window.</summary>
    private static double DynamicTheta(RopeConfig rope, int dim, long length) => length <= rope.OriginalMaxPositions ? rope.Theta
        : rope.Theta * Math.Pow(rope.Factor * length / rope.OriginalMaxPositions - (rope.Factor - 1), dim / (dim - 2.0));

    private static float[] Llama3(RopeConfig rope, int dim)
    {
        var longest = rope.OriginalMaxPositions / rope.LowFreqFactor;
        var shortest = rope.OriginalMaxPositions / rope.HighFreqFactor;
        return [.. Plain(rope.Theta, dim).Select(frequency =>
        {
            var wavelength = 2 * Math.PI / frequency;
            var smooth = (rope.OriginalMaxPositions / wavelength - rope.LowFreqFactor) / (rope.HighFreqFactor - rope.LowFreqFactor);
            return wavelength > longest ? (float)(frequency / rope.Factor)
                : wavelength < shortest ? frequency
                : (float)((1 - smooth) * frequency / rope.Factor + smooth * frequency);
        })];
    }

    private static float[] Yarn(RopeConfig rope, int dim)
    {
        double Dimension(double rotations) => dim * Math.Log(rope.OriginalMaxPositions / (rotations * 2 * Math.PI)) / (2 * Math.Log(rope.Theta));
        var (low, high) = (Dimension(rope.BetaFast), Dimension(rope.BetaSlow));
        if (rope.Truncate)
        {
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        }

        (low, high) = (Math.Max(low, 0), Math.Min(high, dim - 1));
        high = low == high ? high + 0.001 : high;
        return [.. Plain(rope.Theta, dim).Select((frequency, i) =>
        {
            var stretched = Math.Clamp((i - low) / (high - low), 0, 1);
            return (float)(frequency / rope.Factor * stretched + frequency * (1 - stretched));
        })];
    }

    private static double YarnAttention(RopeConfig rope)
    {
        double Scale(double mscale) => rope.Factor <= 1 ? 1 : 0.1 * mscale * Math.Log(rope.Factor) + 1;
        return rope is { MScale: { } mscale and not 0, MScaleAllDim: { } all and not 0 } ? Scale(mscale) / Scale(all) : Scale(1);
    }

    private static float[] LongRope(RopeConfig rope, int dim, long length)
    {
        var factors = length > rope.OriginalMaxPositions ? rope.LongFactor : rope.ShortFactor;
        return factors.Count == dim / 2 ? [.. factors.Select((factor, i) => 1f / ((float)factor * MathF.Pow((float)rope.Theta, 2f * i / dim)))]
            : throw new InputException($"config.json lists {factors.Count} longrope factors; {dim} rotated dimensions need {dim / 2}. Is it the config of this checkpoint?");
    }

    private static double LongRopeAttention(RopeConfig rope) =>
        rope.Factor <= 1 ? 1 : Math.Sqrt(1 + Math.Log(rope.Factor) / Math.Log(rope.OriginalMaxPositions));
}
