namespace Harness.Models.Tokenizers.Normalizers;

/// <summary>Unicode's full lower case of every character, whatever stands around it.</summary>
internal sealed class Lowercase : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text)
    {
        // İ is the one character whose lower case is two: i and a dot above
        return text.ToLowerInvariant().Replace("İ", "i\u0307", StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public Growth Growth(Weight weight) => new(2, 0);
}
