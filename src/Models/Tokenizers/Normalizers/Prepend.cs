namespace Harness.Models.Tokenizers.Normalizers;

/// <summary>Puts a prefix before every text that is not empty.</summary>
internal sealed class Prepend(string prefix) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text) => text.Length == 0 ? text : prefix + text;

    /// <inheritdoc/>
    public Growth Growth(Weight weight) => new(1, weight.Of(prefix));
}
