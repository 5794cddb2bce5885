using System.Text;
using Harness.Models.Tokenizers.PreTokenizers;

namespace Harness.Models.Tokenizers.Decoders;

/// <summary>Reads the visible characters of byte-level tokens as bytes, these as UTF-8; what is not UTF-8 becomes U+FFFD.</summary>
internal sealed class ByteLevelDecoder : IDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> tokens) =>
        [Encoding.UTF8.GetString([.. tokens.SelectMany(ByteAlphabet.Decode)])];
}
