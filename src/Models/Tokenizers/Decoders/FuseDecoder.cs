namespace Harness.Models.Tokenizers.Decoders;

/// <summary>Makes one token of all.</summary>
internal sealed class FuseDecoder : IDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) => [string.Concat(tokens)];
}
