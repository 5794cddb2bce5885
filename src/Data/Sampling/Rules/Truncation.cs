namespace Harness.Data.Sampling;

/// <summary>A transformers tokenizer's <c>truncation=True</c>: what is cut off is text, and special tokens that end a text stay.</summary>
internal sealed class Truncation
{
    private readonly int[] _ending;

    public Truncation(ITextEncoder encoder)
    {
        var (text, whole) = (encoder.Encode("a", addSpecialTokens: false), encoder.Encode("a"));
        var start = whole.AsSpan().IndexOf(text);
        _ending = start < 0 ? [] : whole[(start + text.Length)..];
    }

    /// <summary>At most so many tokens of an encoded text.</summary>
    public int[] Cut(int[] tokens, int length) => tokens.Length <= length ? tokens : [.. tokens[..Math.Max(0, length - _ending.Length)], .. _ending];
}
