namespace Harness.Models.Tokenizers.Normalizers;

/// <summary>One normalizer after another; an empty sequence changes nothing.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<INormalizer> steps) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text) => steps.Aggregate(text, (current, step) => step.Normalize(current));

    /// <inheritdoc/>
    public Growth Growth(Weight weight) => steps.Aggregate(Tokenizers.Growth.None, (growth, step) => growth.Then(step.Growth(weight)));
}
