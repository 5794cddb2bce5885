namespace Harness.Models.Tokenizers.Decoders;

/// <summary>Turns tokens back towards the text they stand for.</summary>
internal interface IDecoder
{
    /// <summary>The tokens changed; their concatenation is the text in the end.</summary>
    IReadOnlyList<string> Decode(IReadOnlyList<string> tokens);
}
