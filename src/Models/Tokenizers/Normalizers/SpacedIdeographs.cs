using System.Text;

namespace Harness.Models.Tokenizers.Normalizers;

/// <summary>A space before and after every Chinese ideograph, so that each is a word.</summary>
internal sealed class SpacedIdeographs : INormalizer
{
    /// <inheritdoc/>
    public string Normalize(string text)
    {
        var output = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsIdeograph(rune.Value))
            {
                output.Append(' ').Append(rune).Append(' ');
            }
            else
            {
                output.Append(rune);
            }
        }

        return output.ToString();
    }

    /// <inheritdoc/>
    public Growth Growth(Weight weight) => new(2, 0);

    // 2B920 is the library's: the block begins at 2B820
    private static bool IsIdeograph(int codePoint) => codePoint is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF)
        or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
