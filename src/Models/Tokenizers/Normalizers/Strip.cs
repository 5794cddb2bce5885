namespace Harness.Models.Tokenizers.Normalizers;

/// <summary>Takes white space away at the ends.</summary>
internal sealed class Strip(bool left, bool right) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text)
    {
        text = left ? text.TrimStart() : text;
        return right ? text.TrimEnd() : text;
    }

    /// <inheritdoc/>
    public Growth Growth(Weight weight) => Tokenizers.Growth.None;
}
