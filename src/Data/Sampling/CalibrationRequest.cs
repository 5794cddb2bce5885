using System.Numerics;

namespace Harness.Data.Sampling;

/// <summary>How many samples of how many tokens, the seed of what draws them, and the rule.</summary>
public sealed record CalibrationRequest(int Samples, int Length, BigInteger Seed)
{
    /// <summary>The papers' unless another is asked for.</summary>
    public SamplingRule Rule { get; init; } = SamplingRule.Papers;

    /// <summary>Refuses what cannot be drawn.</summary>
    public void Check()
    {
        if (Samples < 1 || Length < 1 || (long)Samples * Length > Array.MaxLength)
        {
            throw new InputException($"{Samples} calibration samples of {Length} tokens cannot be drawn; both numbers must be 1 or more, their product at most {Array.MaxLength}.");
        }
    }
}
