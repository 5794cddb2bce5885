namespace Harness.Models.Tokenizers.Normalizers;

/// <summary>Unicode's normalization forms (UAX #15).</summary>
internal enum UnicodeForm
{
    /// <summary>Canonically composed.</summary>
    Nfc,
}

/// <summary>Brings a text into a normalization form.</summary>
internal sealed class UnicodeNormalizer(UnicodeForm form) : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text) => System.Text.Ascii.IsValid(text) ? text : throw new InputException("Unicode normalization of other texts than ASCII is not supported.");

    /// <inheritdoc/>
    public Growth Growth(Weight weight) => new(form == UnicodeForm.Nfc ? 3 : 11, 0);
}
