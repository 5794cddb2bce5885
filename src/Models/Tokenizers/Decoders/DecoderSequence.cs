namespace Harness.Models.Tokenizers.Decoders;

/// <summary>One decoder after another.</summary>
internal sealed class DecoderSequence(IReadOnlyList<IDecoder> steps) : IDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => steps.Aggregate(tokens, (current, step) => step.Decode(current));
}
